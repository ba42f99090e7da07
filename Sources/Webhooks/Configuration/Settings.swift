import Spooling

/// What `levelwind.yaml` says, or the defaults.
public struct Settings: Sendable, Equatable {
  /// The URL that webhooks are reached under, without a slash at its end; nil where none is set.
  public var baseURL: String?
  /// The folder of the spools, an absolute path.
  public var spool: String
  /// The folder of the state, an absolute path.
  public var state: String
  /// Deliveries handled side by side.
  public var threads: Int
  /// The most bytes that a delivery's body may have; over it 413.
  public var maxBodyBytes: Int
  /// Bytes of memory for deliveries in progress, at least `maxBodyBytes`; over it 503.
  public var maxInflightBytes: Int
  /// How long an answer may take.
  public var deadline: Duration
  /// The floor of a spool's file system in bytes; below it 503.
  public var minFreeBytes: Int
  /// Its floor in inodes; below it 503.
  public var minFreeInodes: Int
  /// The names of users whose processes may talk to the socket; nil where its mode decides alone.
  public var peers: [String]?

  /// What an empty configuration has.
  public static let defaults = Settings(
    baseURL: nil, spool: SettingsFile.spool.fallback, state: SettingsFile.state.fallback,
    threads: SettingsFile.threads.fallback, maxBodyBytes: SettingsFile.maxBody.fallback,
    maxInflightBytes: SettingsFile.maxInflight.fallback, deadline: SettingsFile.deadline.fallback,
    minFreeBytes: SettingsFile.minFree.fallback,
    minFreeInodes: SettingsFile.minFreeInodes.fallback, peers: nil)

  /// The path of `baseURL`, mostly empty: every webhook's path begins with it.
  public var basePath: [UInt8] {
    guard let baseURL, let host = baseURL.firstRange(of: "://") else { return [] }
    let rest = baseURL[host.upperBound...]
    return rest.firstIndex(of: "/").map { Array(rest[$0...].utf8) } ?? []
  }

  /// The URL of a webhook that has none of its own; nil without `baseURL`.
  public func publicURL(of webhook: Identifier) -> String? {
    baseURL.map { "\($0)/webhook/\(webhook)" }
  }
}
