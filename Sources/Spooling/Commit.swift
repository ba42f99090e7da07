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
    /// The identifier of the incoming configuration whose spool takes it.
    public let incoming: String
    public let place: Place
    /// Names the file: `<id>.json`.
    public let id: UUIDv7
    /// The content in parts, written one after the other; parts are shared between entries, not copied.
    public let parts: [[UInt8]]

    public init(incoming: String, place: Place = .new, id: UUIDv7, parts: [[UInt8]]) {
      self.incoming = incoming
      self.place = place
      self.id = id
      self.parts = parts
    }

    /// Bytes of the whole file.
    public var size: Int { parts.reduce(0) { $0 + $1.count } }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry] = []) { self.entries = entries }
}
