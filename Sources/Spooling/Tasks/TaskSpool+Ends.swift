import FoundationEssentials
import Glibc

/// The ends of tasks: a line each, with the task's id and the moment, in the file
/// `done/<day>.ended`. Every importer that ends tasks by `levelwind` adds to it. It is not flushed:
/// after a power cut, the last ends may be missing.
extension TaskSpool {
  private static let ending = ".ended"
  /// How many days are kept.
  private static let most = 31
  private static let largest = 256 << 20

  /// Notes that a task has ended. A failure is not told: the task has ended all the same.
  func noteEnd(of place: TaskPlace, at now: Date) {
    let done = directory(.done).descriptor
    let name = DoneDay(now).text + Self.ending
    let file = openat(
      done, name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o660)
    guard file >= 0 else { return }
    defer { close(file) }
    var status = stat()
    // Others may write in this directory: the file may be a FIFO, or another name of a file that
    // only root may write.
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      return
    }
    if status.st_size == 0 {
      // Importers of other users add to it, whatever the umask of this one is.
      fchmod(file, 0o660)
      sweepEnds()
    }
    let line = Array("\(place.id) \(now.rfc3339)\n".utf8)
    _ = write(file, line, line.count)
  }

  /// Removes the files of the oldest days.
  private func sweepEnds() {
    for name in days().dropLast(Self.most) { unlinkat(directory(.done).descriptor, name, 0) }
  }

  private func days() -> [String] {
    let names = (try? directory(.done).names()) ?? []
    return names.filter {
      $0.hasSuffix(Self.ending) && DoneDay.isDay(String($0.dropLast(Self.ending.count)))
    }.sorted()
  }

  /// Returns when a task ended (RFC 3339); nil if that isn't known.
  public func end(of id: String) -> String? {
    let wanted = Array("\(id) ".utf8)
    for name in days().reversed() {
      guard let text = directory(.done).text(name, limit: Self.largest),
        let place = text.firstRange(of: wanted)
      else { continue }
      let line = text[place.upperBound...].prefix { $0 != 10 }
      return String(decoding: line, as: UTF8.self)
    }
    return nil
  }

  /// When something was taken out of `new/`, or put into it, last.
  public var changed: Date? {
    var status = stat()
    guard fstat(directory(.new).descriptor, &status) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
  }
}
