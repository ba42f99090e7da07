import FoundationEssentials

/// A secret shared with a sender. It can't print itself: every description holds its name alone.
public struct Secret: Sendable {
  /// The bytes. Nothing outside this module reads them.
  let bytes: [UInt8]
  /// The administrator's name for it, logged when it matches; nil if it has none.
  public let name: String?
  /// The last moment at which it matches; nil for no end.
  public let notAfter: Date?

  /// Makes a secret.
  ///
  /// - Parameters:
  ///   - bytes: The secret. An empty one never verifies anything.
  ///   - name: The administrator's name for it; nil, the default, for none.
  ///   - notAfter: The last moment at which it matches; nil, the default, for no end.
  public init(_ bytes: [UInt8], name: String? = nil, notAfter: Date? = nil) {
    self.bytes = bytes
    self.name = name
    self.notAfter = notAfter
  }

  /// The bytes, for the file that stores a secret which a sender brought in a handshake. Nothing
  /// else may read them.
  public var toBeKept: [UInt8] { bytes }

  /// The bytes, for the place in an outgoing request that they belong to. Nothing else may read
  /// them.
  public var toBeSent: [UInt8] { bytes }

  /// Returns whether it may verify anything at this moment: it isn't empty, and its end hasn't
  /// passed.
  public func isUsable(at now: Date) -> Bool {
    !bytes.isEmpty && (notAfter.map { now <= $0 } ?? true)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The secret's name in words, without its bytes.
  public var description: String { name.map { "secret \($0)" } ?? "a secret" }
  /// The same as `description`, so that a debugger doesn't show the bytes either.
  public var debugDescription: String { description }
  /// A mirror without children, so that `dump` doesn't show the bytes either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
