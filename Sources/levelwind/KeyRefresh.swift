import Fetching
import Foundation
import Verification
import Webhooks

/// One round of fetching keys.
struct KeyRefresh {
  let folder: KeyFolder
  let sources: [KeySource]
  let fetcher: Fetcher
  private var logins: KeyLogins
  /// What was fetched, a line each.
  private(set) var kept: [String] = []
  /// What could not be, and why, a line each.
  private(set) var failures: [String] = []
  /// What was not asked for, since the last answer was no key.
  private(set) var passedOver = 0

  /// After which fixed URLs are fetched again without being asked.
  private static let age: TimeInterval = 6 * 3600
  /// After which no more is begun, so that rounds don't overlap; what is left stays wanted.
  private static let longest = Duration.seconds(240)

  init(folder: KeyFolder, sources: [KeySource], fetcher: Fetcher, logins: KeyLogins) {
    self.logins = logins
    self.folder = folder
    self.sources = sources
    self.fetcher = fetcher
  }

  /// - Parameter everything: whether also what is younger than six hours is fetched.
  mutating func run(everything: Bool, now: Date) {
    let end = ContinuousClock.now + Self.longest
    let wanted = folder.wanted()
    let named = Set(wanted.map(\.url))
    for url in Set(sources.flatMap(\.urls)).sorted() {
      let file = folder.file(of: url)
      let isYoung = file.map { now.timeIntervalSince($0.fetched) < Self.age } ?? false
      if everything || !isYoung || named.contains(url) { fetch(url, now) }
    }
    let fixed = Set(sources.flatMap(\.urls))
    var failed = everything ? [:] : folder.failures(at: now)
    defer { try? folder.keep(failures: failed) }
    for key in wanted {
      guard ContinuousClock.now < end else { return }
      // What a delivery named is looked at again: the configuration may be another by now.
      if sources.contains(where: { $0.allows(key.url) }) {
        if failed[key.url] != nil {
          passedOver += 1
        } else if !fixed.contains(key.url), fetch(key.url, now) == .noKey {
          failed[key.url] = now
        }
      } else {
        failures.append("\(key.url): wanted by \(key.webhook), on none of its sender's hosts")
      }
      // Also where it failed: a sender that still sends it has it wanted again.
      folder.forget(key)
    }
  }

  private enum Result { case fetched, noKey, noAnswer }

  @discardableResult
  private mutating func fetch(_ url: String, _ now: Date) -> Result {
    do {
      let source = sources.first { $0.allows(url) }
      let bytes = try fetcher.get(url, headers: try logins.headers(for: source, by: fetcher))
      var store = KeyStore()
      try store.insert(bytes, from: url)
      try folder.keep(
        KeyFile(url: url, fetched: now, content: String(decoding: bytes, as: UTF8.self)))
      kept.append("\(url): \(store.keys(from: url).count) keys")
      return .fetched
    } catch let error as Misconfiguration {
      failures.append("\(url): \(error.reason)")
      return .noKey
    } catch {
      failures.append("\(url): \(error)")
      guard let error = error as? FetchError else { return .noAnswer }
      switch error {
      case .status(let status) where status < 500 && status != 408 && status != 429: return .noKey
      case .tooLarge: return .noKey
      default: return .noAnswer
      }
    }
  }
}
