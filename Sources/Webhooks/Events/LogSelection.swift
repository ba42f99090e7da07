import Foundation

/// Which entries of the log are asked for.
public struct LogSelection: Sendable {
  /// A webhook's identifier; nil for all.
  public var webhook: String?
  public var refusedOnly = false
  /// The beginning of a delivery's id, or a sender's whole id of one.
  public var delivery: String?
  public var since: Date?
  /// The first moment that is not asked for.
  public var until: Date?

  public init() {}

  /// Whether it is one of them.
  public func contains(_ entry: LoggedEntry) -> Bool {
    if let since, entry.time < since { return false }
    if let until, entry.time >= until { return false }
    if let webhook {
      // A request to no webhook is of the one that was probably meant.
      let other = entry["webhook"] ?? entry["near"]
      if other != webhook, other != nil || entry["path"] != nil { return false }
    }
    if refusedOnly, entry["verdict"] ?? "refused" != "refused" { return false }
    if let delivery {
      return entry["delivery"]?.hasPrefix(delivery) == true
        || [entry["senderdelivery"], entry["first"]].contains(delivery)
    }
    return true
  }
}
