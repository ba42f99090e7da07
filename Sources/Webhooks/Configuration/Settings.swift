import Bytes
import Spooling

/// The settings of `levelwind.yaml`, with defaults for missing keys.
public struct Settings: Sendable, Equatable {
  /// The URL before `/webhook/<identifier>`, without a slash at its end; nil if it isn't set.
  public var baseURL: String?
  /// The absolute path of the folder of the spools.
  public var spool: String
  /// The absolute path of the folder of the state.
  public var state: String
  /// The number of deliveries that are handled at once.
  public var threads: Int
  /// The most bytes that the body of a delivery may have. A longer one is answered 413.
  public var maxBodyBytes: Int
  /// The most bytes of memory that deliveries in progress hold together, at least `maxBodyBytes`. A
  /// delivery that doesn't fit is answered 503.
  public var maxInflightBytes: Int
  /// The longest time until a delivery is answered.
  public var deadline: Duration
  /// The least free bytes in a spool's file system. Below, deliveries are answered 503.
  public var minFreeBytes: Int
  /// The least free inodes in a spool's file system. Below, deliveries are answered 503.
  public var minFreeInodes: Int
  /// The most bytes that the histories of all webhooks take together on the disk.
  public var historyBytes: Int
  /// The names of the users whose processes may talk to the socket; nil if only its mode decides.
  public var peers: [String]?
  /// Whether a webhook whose examples fail is refused.
  public var requiresTests = false
  /// The program that is run when a finding begins, worsens or ends, with its arguments; empty for
  /// none.
  public var onFinding: [String] = []
  /// Who may do what on the pages.
  public var pages: PageRoles

  /// The settings of an empty configuration.
  public static let defaults = Settings(
    baseURL: nil, spool: SettingsFile.spool.fallback, state: SettingsFile.state.fallback,
    threads: SettingsFile.threads.fallback, maxBodyBytes: SettingsFile.maxBody.fallback,
    maxInflightBytes: SettingsFile.maxInflight.fallback, deadline: SettingsFile.deadline.fallback,
    minFreeBytes: SettingsFile.minFree.fallback,
    minFreeInodes: SettingsFile.minFreeInodes.fallback,
    historyBytes: SettingsFile.history.fallback, peers: nil, pages: PageRoles())

  /// The path of `baseURL`, which every webhook's path begins with. Empty in most configurations.
  public var basePath: [UInt8] {
    guard let baseURL, let host = baseURL.firstRange(of: "://") else { return [] }
    let rest = baseURL[host.upperBound...]
    return rest.firstIndex(of: "/").map { Array(rest[$0...].utf8) } ?? []
  }

  /// What a commit leaves free in a spool's file system. Each number is at most `Int.mostBelieved`.
  public var floors: Floors {
    Floors(
      bytes: UInt64(min(minFreeBytes, .mostBelieved)),
      inodes: UInt64(min(minFreeInodes, .mostBelieved)))
  }

  /// Returns the URL of a webhook without a `public_url`; nil if `baseURL` isn't set.
  public func publicURL(of webhook: Identifier) -> String? {
    baseURL.map { "\($0)/webhook/\(webhook)" }
  }
}

extension Settings {
  /// Returns the settings with the current values of those that need a restart, and a notice for
  /// each of these that changed.
  func withoutRestart(from current: Settings) -> (settings: Settings, notices: [Problem]) {
    var settings = self
    var notices: [Problem] = []
    func keep<Value: Equatable>(_ option: Option<Value>, _ path: WritableKeyPath<Settings, Value>) {
      guard settings[keyPath: path] != current[keyPath: path] else { return }
      settings[keyPath: path] = current[keyPath: path]
      notices.append(
        Problem(
          .notice, file: SettingsFile.name, key: option.key,
          "takes effect at the next start; until then \(words(current[keyPath: path]))"))
    }
    func words<Value>(_ value: Value) -> String {
      guard let names = value as? [String]? else { return "\(value)" }
      return names.map { "[\($0.joined(separator: ", "))]" } ?? "it is not set"
    }
    keep(SettingsFile.threads, \.threads)
    keep(SettingsFile.spool, \.spool)
    keep(SettingsFile.state, \.state)
    keep(SettingsFile.peers, \.peers)
    return (settings, notices)
  }
}
