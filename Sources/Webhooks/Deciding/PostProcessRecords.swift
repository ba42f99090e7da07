import Spooling

/// The records that a delivery leaves for its webhook's post-processors. Each post-processor has
/// its own, so that a failure at one repeats nothing at another.
struct PostProcessRecords: Sendable {
  private let postProcessors: [PostProcessor]
  private let delivery: Delivery
  private let document: TaskDocument.Delivery
  private let body: EncodedBody

  /// Returns nil if the webhook has no post-processors, so that those webhooks pay nothing.
  init?(of delivery: Delivery, _ document: TaskDocument.Delivery, _ body: EncodedBody) {
    guard !delivery.webhook.postProcessors.isEmpty else { return nil }
    postProcessors = delivery.webhook.postProcessors
    self.delivery = delivery
    self.document = document
    self.body = body
  }

  /// Returns the commit with the records of its entries at the end, because records are published
  /// after the tasks that they name.
  func completing(_ commit: Commit) -> Commit {
    let rest = commit.entries.filter { !$0.isRecord }
    let accepted = RecordDocument.Accepted(
      document, body: body, verified: delivery.proof.verified, remote: delivery.request.remote,
      entries: rest.filter { !$0.isState })
    let records = postProcessors.enumerated().map { index, postProcessor in
      let record = RecordDocument(
        id: delivery.arrival.id.at(place: Webhook.firstRecordPlace + index),
        postProcessor: postProcessor.name, accepted: accepted,
        includesBody: postProcessor.includesBody)
      return Commit.Entry(
        spool: postProcessor.spool(of: delivery.webhook.identifier), id: record.id,
        parts: record.parts)
    }
    return Commit(rest + records)
  }
}

extension Commit.Entry {
  /// Whether the entry is a record for a post-processor.
  var isRecord: Bool { postProcessor != nil }

  /// The name of the post-processor that the record is for; nil for other entries.
  var postProcessor: String? {
    if case .records(_, let name) = spool { name } else { nil }
  }
}
