import Bytes
import Dispatch

/// Reads files of the configuration, each by itself.
struct FileReader: Sendable {
  /// What was read of a webhook.
  enum Webhook: Sendable {
    /// An earlier loading read the same.
    case unchanged(SeenWebhooks.Entry)
    /// The values of its file, nil if it was refused, the problems found in it, and the files that
    /// the values come from.
    case read(WebhookFile?, [Problem], SeenFiles)
  }

  let directory: String
  let drafts: Drafts
  let context: Context

  /// How many webhooks one thread reads at a time. Fewer are read without another thread.
  private static let portion = 250

  /// Reads webhooks, on all processors where there are many.
  ///
  /// - Parameters:
  ///   - identifiers: the webhooks.
  ///   - earlier: what an earlier loading read under the same conditions.
  /// - Returns: what was read, in the same order.
  func webhooks(_ identifiers: [Identifier], _ earlier: SeenWebhooks) -> [Webhook] {
    let starts = Array(stride(from: 0, to: identifiers.count, by: Self.portion))
    let portions = Mutex([[Webhook]](repeating: [], count: starts.count))
    DispatchQueue.concurrentPerform(iterations: starts.count) { place in
      let read = identifiers[starts[place]...].prefix(Self.portion).map { identifier in
        earlier.unchanged(identifier).map { .unchanged($0) } ?? webhook(identifier)
      }
      portions.withLock { $0[place] = read }
    }
    return portions.withLock { Array($0.joined()) }
  }

  private func webhook(_ identifier: Identifier) -> Webhook {
    let (file, found, files) = read(identifier, in: WebhookFile.folder, WebhookFile.read)
    return .read(file, found, files)
  }

  /// Returns the value of a file, nil if the file was refused, the problems found in it, and the
  /// files that the value comes from.
  func read<Value>(
    _ identifier: Identifier, in folder: String,
    _ read: ([UInt8], Identifier, Reading) -> Value?
  ) -> (Value?, [Problem], SeenFiles) {
    let name = "\(folder)/\(identifier).yaml"
    do {
      let path = "\(directory)/\(name)"
      let file = try drafts.read(path, in: directory, limit: YAMLDocument.byteLimit)
      let reading = Reading(
        file: name, context: context, isWorldReadable: file.isWorldReadable)
      reading.context.seen.note(path, file.stamp)
      let value = read(file.bytes, identifier, reading)
      return (value, reading.ordered, reading.context.seen)
    } catch {
      return (nil, [Problem(file: name, "\(error)")], SeenFiles())
    }
  }
}
