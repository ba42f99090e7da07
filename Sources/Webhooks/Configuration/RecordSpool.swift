import Spooling
import Verification

/// A spool of records in the state directory, and the post-processor that works on them.
public struct RecordSpool: Sendable {
  /// The webhook whose deliveries the records are about.
  public let webhook: Identifier
  /// The post-processor that works on the records.
  public let postProcessor: PostProcessor
  /// The path of its directory.
  public let path: String

  /// The last part of its path: `<webhook>.<post-processor>`.
  public var name: String { postProcessor.spool(of: webhook).directory }
}

extension Webhook {
  /// The first of the places of ids that are reserved for records. Tasks use lower places, so a
  /// record's id doesn't depend on the number of tasks.
  static let firstRecordPlace = UUIDv7.lastPlace - PostProcessors.most + 1

  /// The post-processors, and the one that opens URLs after handshakes if the sender asks for that.
  public var allPostProcessors: [PostProcessor] {
    let senders = preProcessors.flatMap(\.check.senders).map(\.sender)
    let hosts = senders.map { ($0.name, $0.handshakes.flatMap(\.openHosts)) }
    let opens = senders.flatMap(\.handshakes).contains(where: \.isOpening)
    return postProcessors
      + (opens ? [.opening(on: Dictionary(hosts) { first, _ in first })] : [])
  }
}

extension Snapshot {
  /// All spools of records. They include those of disabled webhooks, because their earlier
  /// deliveries were accepted.
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

  /// The names of all spools of records that exist or will. They include leftover spools of
  /// post-processors that were removed from the configuration.
  public var recordFolders: Set<String> {
    let folder = "\(settings.state)/\(SpoolID.recordsFolder)"
    let there = (try? FolderListing.names(in: folder)) ?? []
    return Set(recordSpools.map(\.name) + there.filter { SpoolID(recordsIn: $0) != nil })
  }
}
