import Bytes
import FoundationEssentials
import Glibc
import Spooling

/// The kept rejections, in `refused/<webhook>/` of the state directory.
public struct KeptRejections: Sendable {
  /// An id, or its beginning, that doesn't mean exactly one kept rejection.
  public enum NotFound: Error, CustomStringConvertible {
    case none(String)
    case several(String, Int)

    /// The error in words. The id is made safe for a terminal.
    public var description: String {
      switch self {
      case .none(let id):
        "no refused delivery \(SafeText.text(id)) is kept; levelwind refused list shows which are"
      case .several(let id, let count):
        "\(count) refused deliveries that are kept begin with \(SafeText.text(id))"
      }
    }
  }

  private let folder: String

  /// - Parameter state: The path of the state directory.
  public init(state: String) { folder = Self.folder(state: state) }

  static func folder(state: String) -> String { "\(state)/refused" }

  /// Returns all kept rejections, or those of one webhook, in order of arrival.
  ///
  /// - Throws: `BoundedFile.Failure` if a folder can't be read.
  public func all(of webhook: Identifier? = nil) throws -> [KeptRejection] {
    var kept: [KeptRejection] = []
    for name in try webhooks() where webhook == nil || name == webhook?.text {
      for file in try FolderListing.names(in: "\(folder)/\(name)") {
        if let one = refusal(file, in: "\(folder)/\(name)") { kept.append(one) }
      }
    }
    return kept.sorted { $0.verdict.delivery < $1.verdict.delivery }
  }

  /// Returns the names of the webhooks with a folder; empty if nothing was ever kept.
  private func webhooks() throws(BoundedFile.Failure) -> [String] {
    do throws(BoundedFile.Failure) {
      return try FolderListing.names(in: folder)
    } catch {
      if case .missing = error { return [] }
      throw error
    }
  }

  private func refusal(_ file: String, in folder: String) -> KeptRejection? {
    guard file.hasSuffix(".json"), let id = RefusedRing.id(of: file),
      let bytes = try? BoundedFile.read("\(folder)/\(file)", limit: 1 << 20).bytes,
      let verdict = RejectionVerdict.read(bytes), verdict.delivery == id
    else { return nil }
    return KeptRejection(verdict: verdict, path: "\(folder)/\(id)")
  }
}

extension [KeptRejection] {
  /// Returns the only rejection whose id begins with this text.
  ///
  /// - Throws: `NotFound` if there isn't one, or there are several.
  public func only(_ id: String) throws(KeptRejections.NotFound) -> KeptRejection {
    let found = filter { $0.verdict.delivery.hasPrefix(id) }
    guard let only = found.first, !id.isEmpty else { throw .none(id) }
    guard found.count == 1 else { throw .several(id, found.count) }
    return only
  }
}

/// A refused delivery that is kept.
public struct KeptRejection: Sendable {
  /// The reason of the rejection, and the facts about the request.
  public let verdict: RejectionVerdict
  let path: String

  /// Returns the request as an HTTP/1.1 message.
  ///
  /// - Throws: `BoundedFile.Failure` if it can't be read, or has more than 1 GiB.
  public func message() throws -> [UInt8] {
    try BoundedFile.read("\(path).http", limit: 1 << 30).bytes
  }

  /// The bytes of both its files.
  public var bytes: Int {
    [".http", ".json"].reduce(0) { sum, ending in
      var status = stat()
      return lstat(path + ending, &status) == 0 ? sum.addingBounded(Int(status.st_size)) : sum
    }
  }

  /// Locks the rejection, so that only one process at a time can accept it. The lock ends when the
  /// descriptor is closed or the process ends.
  ///
  /// - Returns: The descriptor; nil if another process has the lock, or the rejection was removed.
  public func claim() -> Int32? {
    let file = open("\(path).json", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    var status = stat()
    // Another process may have accepted and removed it between `open` and `flock`.
    guard flock(file, LOCK_EX | LOCK_NB) == 0, fstat(file, &status) == 0, status.st_nlink > 0 else {
      close(file)
      return nil
    }
    return file
  }

  /// Removes its files.
  public func remove() {
    for ending in [".json", ".http"] { unlink(path + ending) }
  }
}
