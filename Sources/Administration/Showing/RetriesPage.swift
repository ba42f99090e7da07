import Verification
import Webhooks

/// What a sender does after a delivery that failed, as commands print it.
package struct RetriesPage: Encodable {
  /// The name of the sender's preset.
  package let sender: String
  /// `never`, `again` or `unknown`.
  package let kind: String
  package let times: Int?
  package let overSeconds: Int?
  package let words: String
  /// The URL of the page that says so.
  package let source: String?

  package init(_ sender: Sender) {
    self.sender = sender.name
    (kind, times, overSeconds) =
      switch sender.retries {
      case .never: ("never", nil, nil)
      case .again(let times, let span, _, _):
        ("again", times, span.map { Int($0.components.seconds) })
      case .unknown: ("unknown", nil, nil)
      }
    words = sender.retries.words
    source = sender.retries.source
  }

  /// The lines of a page.
  package var lines: [String] {
    ["Retries: \(words)"] + (source.map { ["  Source: \($0)"] } ?? [])
  }
}

extension Webhook {
  /// Lines about what its senders do after a delivery that failed, and about the history that makes
  /// up for it.
  package var retriesInWords: [String] {
    senders.map { "\($0.title): \($0.retries.words)" } + (historyAdvice.map { [$0] } ?? [])
  }
}
