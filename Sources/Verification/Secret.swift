import Foundation

/// A secret shared with a sender. It can't print itself: every description is its name alone.
public struct Secret: Sendable {
  /// The bytes. Nothing outside of this module reads them.
  let bytes: [UInt8]
  /// What the administrator calls it; said in the log when it matched.
  public let name: String?
  /// The moment after which it no longer matches; nil for never.
  public let notAfter: Date?

  /// - Parameter bytes: an empty secret can be made, and never verifies anything.
  public init(_ bytes: [UInt8], name: String? = nil, notAfter: Date? = nil) {
    self.bytes = bytes
    self.name = name
    self.notAfter = notAfter
  }

  /// The bytes, for the file that keeps a secret which a sender brought along. Nothing else asks.
  public var toBeKept: [UInt8] { bytes }

  /// Whether it may verify anything at this moment.
  public func isUsable(at now: Date) -> Bool {
    !bytes.isEmpty && (notAfter.map { now <= $0 } ?? true)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { name.map { "secret \($0)" } ?? "a secret" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
