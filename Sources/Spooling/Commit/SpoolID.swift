/// The spool that a file of a commit belongs to.
///
/// The write-ahead log, the status and messages call it by its `path`.
public enum SpoolID: Hashable, Sendable {
  /// The tasks of an incoming configuration, by its identifier.
  case incoming(String)
  /// The replay keys of a webhook.
  case replay(webhook: String)
  /// The secrets that a webhook has learned in handshakes.
  case secrets(webhook: String)
  /// The records of a webhook for one of its post-processors.
  case records(webhook: String, postProcessor: String)
  /// A path of none of these kinds, such as one that a later version of this program logged. It
  /// has no place on disk.
  case unknown(path: String)

  /// The spools in the state directory, by the name of the directory that they lie in.
  enum Kind: String { case replay, secrets, records = "postprocess" }

  /// The directory within the state directory that the spools of records lie in.
  public static let recordsFolder = Kind.records.rawValue

  /// Reads a path: `<incoming configuration>`, `replay/<webhook>`, `secrets/<webhook>` or
  /// `postprocess/<webhook>.<post-processor>`.
  public init(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    // A part becomes the name of a directory.
    let areNames = parts.allSatisfy { !["", ".", ".."].contains($0) }
    guard areNames, parts.count <= 2, let last = parts.last else {
      self = .unknown(path: path)
      return
    }
    switch (parts.count, Kind(rawValue: parts[0])) {
    case (1, _): self = .incoming(last)
    case (_, .replay): self = .replay(webhook: last)
    case (_, .secrets): self = .secrets(webhook: last)
    case (_, .records): self = SpoolID(recordsIn: last) ?? .unknown(path: path)
    case (_, nil): self = .unknown(path: path)
    }
  }

  /// Reads the name of a directory of records, `<webhook>.<post-processor>`; nil for another name.
  public init?(recordsIn directory: String) {
    let parts = directory.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts.contains("") else { return nil }
    self = .records(webhook: parts[0], postProcessor: parts[1])
  }

  /// The kind of a spool in the state directory; nil for others.
  var kind: Kind? {
    switch self {
    case .incoming, .unknown: nil
    case .replay: .replay
    case .secrets: .secrets
    case .records: .records
    }
  }

  /// The name of the spool's directory, without the path to it.
  public var directory: String {
    switch self {
    case .incoming(let name), .replay(let name), .secrets(let name), .unknown(let name): name
    case .records(let webhook, let postProcessor): "\(webhook).\(postProcessor)"
    }
  }

  /// The path that `init(path:)` reads. It leads to the spool from the directory of all spools, or
  /// from the state directory.
  public var path: String { kind.map { "\($0.rawValue)/\(directory)" } ?? directory }

  /// Whether the spool lies in the state directory, which this program alone reads.
  public var isState: Bool {
    if case .incoming = self { false } else { true }
  }
}

extension SpoolID: Comparable, CustomStringConvertible {
  /// Orders spools by their paths.
  public static func < (a: SpoolID, b: SpoolID) -> Bool { a.path < b.path }
  /// The path.
  public var description: String { path }
}
