import Foundation
import Verification

/// The records of one webhook whose URLs are to be opened: a spool in the state directory, which the
/// responder writes and `levelwind postprocess` reads.
public struct OpenRecords: Sendable {
  public let webhook: Identifier
  private let folder: String
  private let senders: [String: [HostPattern]]

  fileprivate init(webhook: Identifier, folder: String, senders: [String: [HostPattern]]) {
    self.webhook = webhook
    self.folder = folder
    self.senders = senders
  }

  /// Whether the preset of the sender that the record is of still allows its URL.
  public func allows(_ record: OpenRecord) -> Bool {
    senders[record.sender, default: []].contains { $0.matches(url: record.url) }
  }

  /// Those that wait, by the names of their files, in order of arrival.
  public func waiting() -> [(name: String, record: OpenRecord)] {
    let names = (try? FolderListing.names(in: "\(folder)/new")) ?? []
    return names.compactMap { name in
      guard let file = try? BoundedFile.read("\(folder)/new/\(name)", limit: 64 << 10),
        let record = try? JSONDecoder().decode(OpenRecord.self, from: Data(file.bytes)),
        record.type == "levelwind.open"
      else { return nil }
      return (name, record)
    }
  }

  /// Takes one away that is done.
  public func remove(_ name: String) { unlink("\(folder)/new/\(name)") }

  /// Puts one into `failed/`, with the reason beside it.
  public func giveUp(_ name: String, _ reason: String) throws {
    try DurableFile.write(
      Array("\(reason)\n".utf8), to: "\(folder)/failed/\(name).reason", mode: 0o600,
      owner: Owner(of: folder))
    rename("\(folder)/new/\(name)", "\(folder)/failed/\(name)")
  }
}

extension Snapshot {
  /// The records of all webhooks whose senders want URLs opened.
  public var openRecords: [OpenRecords] {
    webhooks.sorted { $0.key.text < $1.key.text }.compactMap { identifier, entry in
      guard case .ready(let webhook) = entry else { return nil }
      let senders = webhook.preProcessors.flatMap(\.check.senders).map(\.sender)
      let hosts = senders.map { ($0.name, $0.handshakes.flatMap(\.openHosts)) }
      return OpenRecords(
        webhook: identifier, folder: "\(settings.state)/\(Remains.spool(of: identifier))",
        senders: Dictionary(hosts) { first, _ in first })
    }
  }
}
