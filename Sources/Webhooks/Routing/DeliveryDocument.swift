import Spooling

/// The task document of a delivery with its whole body, as jq programs see it: the very JSON that
/// importers would, and a body that is JSON as its value also where it stands as text for them. It is
/// read when the first program asks, and once for all of them.
final class DeliveryDocument {
  private let parts: [[UInt8]]
  /// Bytes that it takes to read, roughly.
  let memory: Int
  private let limit: Int
  private var document: Result<JQValue, JQFailure>?

  /// - Parameter limit: bytes of memory that it may take to read.
  init(_ task: TaskDocument, limit: Int) {
    parts = task.readableParts
    self.limit = limit
    // A string is gathered in room for twice as much, and copied.
    memory = task.body.isJSON ? JQValue.memory(of: parts[3]) : 3 * task.body.bytes.count
  }

  /// - Throws: why libjq can't read it; then it can for nobody.
  func value() throws(JQFailure) -> JQValue {
    let result = document ?? read()
    document = result
    return try result.get()
  }

  /// The document as the task of another incoming configuration.
  func value(for incoming: Incoming, id: UUIDv7) throws(JQFailure) -> JQValue {
    let name = incoming.identifier.text
    return try value().setting([
      ("id", id.description), ("subject", name), ("incoming", name),
    ])
  }

  private func read() -> Result<JQValue, JQFailure> {
    guard memory <= limit else {
      return .failure(
        .stopped("it would take jq about \(memory >> 20) MiB to read, which is over max_inflight"))
    }
    do throws(JQValue.Unreadable) {
      return .success(try JQValue.read(parts))
    } catch {
      return .failure(.stopped("jq can't read the body: \(error.reason)"))
    }
  }
}
