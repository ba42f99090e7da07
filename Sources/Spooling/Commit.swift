/// Everything durable that one delivery causes, as one value. A 2xx follows it, never precedes it.
public struct Commit: Sendable {
  /// Where an entry goes within its spool.
  public enum Place: Sendable, Equatable {
    /// `new/`: a task for importers.
    case new
    /// `failed/`, with the reason beside it in `<name>.reason`.
    case failed(reason: String)
  }

  /// One file to be.
  public struct Entry: Sendable {
    /// The spool that takes it: the identifier of an incoming configuration, or `<kind>/<webhook>`, which
    /// lies in the state directory and is read by this program alone.
    public let spool: String
    public let place: Place
    /// Names the file: `<id>.json`, or `<id>.<label>`.
    public let id: UUIDv7
    /// In place of `json`, where the name says all that there is to say: lower-case hexadecimal digits.
    public let label: String?
    /// The content in parts, written one after the other; parts are shared between entries, not copied.
    public let parts: [[UInt8]]

    public init(
      spool: String, place: Place = .new, id: UUIDv7, label: String? = nil, parts: [[UInt8]]
    ) {
      self.spool = spool
      self.place = place
      self.id = id
      self.label = label
      self.parts = parts
    }

    /// Bytes of the whole file.
    public var size: Int { parts.reduce(0) { $0 + $1.count } }

    /// Whether it belongs to the state directory, and not to an incoming configuration.
    public var isState: Bool { spool.utf8.contains(UInt8(ascii: "/")) }

    /// Bytes that it takes in the log at most.
    var loggedBytes: Int {
      guard case .failed(let reason) = place else { return size + 512 }
      return size + reason.utf8.count + 512
    }
  }

  public var entries: [Entry]

  /// Bytes that it takes in the log at most.
  var loggedBytes: Int { entries.reduce(0) { $0 + $1.loggedBytes } }

  public init(_ entries: [Entry] = []) { self.entries = entries }
}
