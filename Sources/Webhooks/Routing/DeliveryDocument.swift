import Bytes
import FoundationEssentials
import Spooling

/// The task document of a delivery with its whole body, as jq programs see it. It is the JSON that
/// importers see, but a JSON body is always a value here, even where tasks hold it as text. It is
/// read when the first program asks for it, once for all programs.
final class DeliveryDocument {
  private let parts: [[UInt8]]
  /// An estimate of the bytes of memory that reading takes.
  let memory: Int
  private let limit: Int
  private var document: Result<JQValue, JQFailure>?

  /// Prepares the document of a task. Reading may take at most `limit` bytes of memory.
  init(_ task: TaskDocument, limit: Int) {
    parts = task.readableParts
    self.limit = limit
    // libjq collects a string in a buffer of up to twice its length, and copies it.
    memory = task.body.isJSON ? JQValue.memory(of: parts[3]) : 3 * task.body.bytes.count
  }

  /// Returns the document.
  ///
  /// - Throws: A `JQFailure` if libjq can't read it, the same at every call.
  func value() throws(JQFailure) -> JQValue {
    let result = document ?? read()
    document = result
    return try result.get()
  }

  /// Returns the document as the task of another incoming configuration.
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
