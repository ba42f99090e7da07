import Bytes
import Fetching
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// A round of fetching keys.
public struct KeyRefresh {
  private let folder: KeyFolder
  private let sources: [KeySource]
  private let fetcher: Fetcher
  private var logins: KeyLogins
  /// The keys that were fetched, a line each.
  public private(set) var kept: [String] = []
  /// The keys that could not be fetched, with the reason, a line each.
  public private(set) var failures: [String] = []
  /// The number of URLs that were not asked, since their last answer wasn't a key.
  public private(set) var passedOver = 0

  /// The age in seconds after which a fixed URL is fetched again without being wanted.
  private static let age: TimeInterval = 6 * 3600
  /// The time after which no wanted key is begun, so that rounds don't overlap. The rest stay
  /// wanted.
  private static let longest = Duration.seconds(240)

  /// Prepares a round.
  ///
  /// - Parameters:
  ///   - folder: the place of the keys.
  ///   - sources: the places that keys may be fetched from.
  ///   - fetcher: how to connect.
  ///   - logins: the logins at senders that show their keys to customers only.
  public init(folder: KeyFolder, sources: [KeySource], fetcher: Fetcher, logins: KeyLogins) {
    self.logins = logins
    self.folder = folder
    self.sources = sources
    self.fetcher = fetcher
  }

  /// Fetches the keys that are old or wanted; with `everything`, also those younger than six hours.
  public mutating func run(everything: Bool, now: Date) {
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
      // A key that a delivery named is checked again, since the configuration may have changed.
      if sources.contains(where: { $0.allows(key.url) }) {
        if failed[key.url] != nil {
          passedOver += 1
        } else if !fixed.contains(key.url), fetch(key.url, now) == .noKey {
          failed[key.url] = now
        }
      } else {
        failures.append("\(key.url): wanted by \(key.webhook), but not on a host of its sender")
      }
      // A failed key is forgotten, too. If its sender still uses it, a delivery will want it again.
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
      guard let error = error as? FetchError else {
        failures.append("\(url): \(error)")
        return .noAnswer
      }
      failures.append("\(url): \(error.told(trustedBy: KeyLogins.trusting))")
      switch error {
      case .status(let status) where status < 500 && status != 408 && status != 429: return .noKey
      case .tooLarge: return .noKey
      default: return .noAnswer
      }
    }
  }
}

/// Logs in at senders that show their keys to customers only, once a round each.
public struct KeyLogins {
  /// The reason why a login failed.
  enum Failure: Error, CustomStringConvertible {
    /// The reason is the system's.
    case unreadable(file: String, reason: String)
    case noClient(sender: String)
    case noToken(sender: String)
    case fetch(sender: String, FetchError)

    var description: String {
      switch self {
      case .unreadable(let file, let reason): "\(file) can't be read: \(reason)"
      case .noClient(let sender):
        "\(sender) needs a login: a file with id:secret of your application there, as --login "
          + "\(sender)=FILE, or as the credential \(sender)-login of the service (LoadCredential=)"
      case .noToken(let sender): "\(sender) answered the login without a token"
      case .fetch(let sender, let error):
        "the login at \(sender): \(error.told(trustedBy: KeyLogins.trusting))"
      }
    }
  }

  /// The option of `levelwind keys refresh` that names the authorities to trust.
  fileprivate static let trusting = "--ca-file FILE"
  private let clients: [String: Secret]
  private var headers: [String: [String: String]] = [:]

  /// Reads the logins.
  ///
  /// - Parameters:
  ///   - files: the paths of files with `id:secret`, by the name of the sender.
  ///   - credentials: the folder of the service's credentials, in which `<sender>-login` is looked
  ///     for; nil for none.
  /// - Throws: the reason, in words, if one of the files can't be read.
  public init(files: [String: String], credentials: String?) throws {
    var clients: [String: Secret] = [:]
    for sender in Sender.all where sender.keyLogin != nil {
      let passed = credentials.flatMap {
        FileManager.default.contents(atPath: "\($0)/\(sender.name)-login")
      }
      let named = try files[sender.name].map { file throws(Failure) in
        if let bytes = FileManager.default.contents(atPath: file) { return bytes }
        let isThere = access(file, R_OK) == 0
        throw .unreadable(
          file: file, reason: isThere ? "it isn't a file" : String(cString: strerror(errno)))
      }
      guard let bytes = named ?? passed else { continue }
      let text = String(decoding: bytes, as: UTF8.self).trimmed
      clients[sender.name] = Secret(Array(text.utf8), name: "\(sender.name)-login")
    }
    self.clients = clients
  }

  /// Returns the headers for requests to a source of keys. A public source needs none.
  mutating func headers(
    for source: KeySource?, by fetcher: Fetcher
  ) throws(Failure) -> [String: String] {
    guard let source, let login = source.login else { return [:] }
    let sender = source.sender
    if let known = headers[sender] { return known }
    guard let client = clients[sender] else { throw .noClient(sender: sender) }
    let answer: [UInt8]
    do throws(FetchError) {
      answer = try fetcher.get(
        login.tokenURL, headers: login.headers(client: client), sending: login.body)
    } catch {
      throw .fetch(sender: sender, error)
    }
    guard let found = login.headers(token: answer) else { throw .noToken(sender: sender) }
    headers[sender] = found
    return found
  }
}
