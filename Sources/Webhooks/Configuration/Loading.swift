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

extension Loading {
  /// What was found in a file, and in the broken files without which it can't be used.
  ///
  /// - Parameter path: from the configuration's folder: `webhooks/erp-stock.yaml`.
  public func problems(about path: String) -> [Problem] {
    let own = problems.filter { $0.file == path }
    let parts = path.split(separator: "/")
    guard parts.count == 2, parts[0] == WebhookFile.folder, path.hasSuffix(".yaml"),
      let webhook = Identifier(String(parts[1].dropLast(5))),
      case .broken(let reasons) = snapshot?.webhooks[webhook]
    else { return own }
    return own + reasons.filter { $0.file != path }
  }
}
