import Verification

/// A spool of records in the state directory, and what is to be done with each of them.
public struct RecordSpool: Sendable {
  public let webhook: Identifier
  public let postProcessor: PostProcessor
  /// Its directory.
  public let path: String

  /// `<webhook>.<post-processor>`, the last part of its path.
  public var name: String { "\(webhook).\(postProcessor.name)" }
}

extension Webhook {
  /// Its post-processors, and what opens URLs after handshakes where its sender wants that.
  public var allPostProcessors: [PostProcessor] {
    let senders = preProcessors.flatMap(\.check.senders).map(\.sender)
    let hosts = senders.map { ($0.name, $0.handshakes.flatMap(\.openHosts)) }
    let opens = senders.flatMap(\.handshakes).contains(where: \.isOpening)
    return postProcessors
      + (opens ? [.opening(on: Dictionary(hosts) { first, _ in first })] : [])
  }
}

extension Snapshot {
  /// All spools of records; also those of webhooks that are disabled, whose deliveries were accepted
  /// before.
  public var recordSpools: [RecordSpool] {
    webhooks.sorted { $0.key.text < $1.key.text }.flatMap { identifier, entry -> [RecordSpool] in
      switch entry {
      case .ready(let webhook), .disabled(let webhook):
        webhook.allPostProcessors.map {
          RecordSpool(
            webhook: identifier, postProcessor: $0,
            path: "\(settings.state)/\($0.spool(of: identifier))")
        }
      case .broken: []
      }
    }
  }

  /// The names of the spools of records that there are, or will be: also of those that are left of
  /// post-processors which are gone.
  public var recordFolders: Set<String> {
    let there = (try? FolderListing.names(in: "\(settings.state)/postprocess")) ?? []
    return Set(recordSpools.map(\.name) + there.filter { $0.split(separator: ".").count == 2 })
  }
}
