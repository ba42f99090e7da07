import FoundationEssentials
import Glibc

/// The folder of the history: a folder for each webhook, with its parts.
package struct HistoryFolder: Sendable {
  /// The path, `history` in the state directory.
  package let path: String

  /// - Parameter state: the path of the state directory.
  package init(state: String) { path = "\(state)/history" }

  /// Returns the webhooks that have a folder, in no order.
  package func webhooks() -> [String] { Self.names(in: path).filter { !$0.hasPrefix(".") } }

  func folder(of webhook: String) -> String { "\(path)/\(webhook)" }

  /// Returns the parts of a webhook, the oldest first. Of a part that is being replaced by its
  /// packed form, the packed one is returned.
  package func parts(of webhook: String) -> [Part] {
    let all = files(of: webhook)
    return all.filter { $0.isPacked || !all.contains($0.asPacked) }.sorted()
  }

  /// Returns the parts of a webhook that are there in their packed form, too: a crash came before
  /// they were removed.
  func leftovers(of webhook: String) -> [Part] {
    let all = files(of: webhook)
    return all.filter { !$0.isPacked && all.contains($0.asPacked) }
  }

  private func files(of webhook: String) -> Set<Part> {
    let folder = folder(of: webhook)
    return Set(Self.names(in: folder).compactMap { Part(folder: folder, name: $0) })
  }

  /// Returns the damaged files that were set aside, by path.
  package func damaged() -> [String] { webhooks().flatMap { damaged(of: $0).paths } }

  /// The damaged files of a webhook.
  func damaged(of webhook: String) -> DamagedFiles { DamagedFiles(of: folder(of: webhook)) }

  /// Makes the folder of a webhook, for its owner alone.
  func make(_ webhook: String) throws(HistoryError) {
    for folder in [path, folder(of: webhook)] where mkdir(folder, 0o700) != 0 && errno != EEXIST {
      throw HistoryError("\(folder) can't be made: \(SystemWords.text(of: errno))")
    }
  }

  /// Returns the names in a folder; empty if it can't be read.
  static func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}

/// The lock that keeps the replacing and removing of a webhook's closed parts apart, between
/// processes. It ends with this value.
final class FolderLock {
  private let descriptor: Int32

  /// Takes the lock; nil if another process has it, and `waits` is false, or it can't be had.
  init?(_ folder: String, waits: Bool) {
    descriptor = open(
      "\(folder)/.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}

/// A failure of the history, in words.
package struct HistoryError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
