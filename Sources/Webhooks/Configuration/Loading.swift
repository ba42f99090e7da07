/// What came of reading the configuration.
public struct Loading: Sendable {
  /// nil where nothing can be used: a folder can't be read, or at start `levelwind.yaml` is broken.
  /// At a reload the previous snapshot stays then, whole.
  public let snapshot: Snapshot?
  /// All that was found, also where there is no snapshot; file by file, from the top down.
  public let problems: [Problem]

  /// Whether a file was refused.
  public var hasErrors: Bool { problems.contains { $0.severity == .error } }
}
