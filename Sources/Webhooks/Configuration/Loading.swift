/// The result of reading the configuration.
public struct Loading: Sendable {
  /// The snapshot. nil if nothing can be used: a folder can't be read, or `levelwind.yaml` is
  /// broken at the start. At a reload the whole previous snapshot then stays in use.
  public let snapshot: Snapshot?
  /// All problems that were found, also without a snapshot; file by file, from the top down.
  public let problems: [Problem]

  /// Whether a file was refused.
  public var hasErrors: Bool { problems.contains { $0.severity == .error } }
}

extension Loading {
  /// Returns the problems with a file, and those with the broken files without which the file can't
  /// be used. The path starts at the configuration's folder: `webhooks/erp-stock.yaml`.
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

extension Snapshot.Entry {
  /// The webhook; nil if its file can't be used.
  public var webhook: Webhook? {
    switch self {
    case .ready(let webhook), .disabled(let webhook): webhook
    case .broken: nil
    }
  }
}
