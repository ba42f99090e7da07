import Spooling

/// The records that a delivery leaves for the post-processors of its webhook: one for each, so that
/// what fails at one repeats nothing at another.
struct PostProcessRecords: Sendable {
  private let postProcessors: [PostProcessor]
  private let delivery: Delivery
  private let document: TaskDocument.Delivery
  private let body: EncodedBody

  /// nil where the webhook has no post-processors: then nobody pays for it.
  init?(of delivery: Delivery, _ document: TaskDocument.Delivery, _ body: EncodedBody) {
    guard !delivery.webhook.postProcessors.isEmpty else { return nil }
    postProcessors = delivery.webhook.postProcessors
    self.delivery = delivery
    self.document = document
    self.body = body
  }

  /// The same commit with the records of what is in it, behind all else: they are published after the
  /// tasks that they name.
  func completing(_ commit: Commit) -> Commit {
    let rest = commit.entries.filter { !$0.isRecord }
    let accepted = RecordDocument.Accepted(
      document, body: body, verified: delivery.proof.verified, remote: delivery.request.remote,
      entries: rest.filter { !$0.isState })
    let records = postProcessors.enumerated().map { index, postProcessor in
      let record = RecordDocument(
        id: delivery.arrival.id.at(place: Self.firstPlace + index),
        postProcessor: postProcessor.name, accepted: accepted,
        includesBody: postProcessor.includesBody)
      return Commit.Entry(
        spool: postProcessor.spool(of: delivery.webhook.identifier), id: record.id,
        parts: record.parts)
    }
    return Commit(rest + records)
  }

  /// The ids of the last places are theirs: routing stays below, whatever it leaves out later.
  static let firstPlace = UUIDv7.lastPlace - PostProcessors.most + 1
}

extension Commit.Entry {
  /// Whether it is a record for a post-processor.
  var isRecord: Bool { spool.hasPrefix("postprocess/") }

  /// The name of the post-processor that it is for.
  var postProcessor: String? {
    isRecord ? spool.split(separator: ".").last.map(String.init) : nil
  }
}
