import Spooling

/// How a task stands in what is sent of it (CloudEvents).
enum TaskMode: String, CaseIterable {
  /// The sender's body, with the task's attributes beside it.
  case binary
  /// The whole task.
  case structured
}

extension TaskHeader {
  /// The context attributes of CloudEvents, without those of the content.
  var attributes: [(name: String, value: String)] {
    [
      ("specversion", "1.0"), ("id", id), ("source", source), ("type", type), ("subject", subject),
      ("time", time), ("webhook", webhook), ("incoming", incoming), ("delivery", delivery),
    ] + (senderDelivery.map { [("senderdelivery", $0)] } ?? [])
      + [("taskindex", "\(index)"), ("taskcount", "\(count)")] + (trace?.headers ?? [])
  }
}

extension Claim {
  /// Returns the sender's exact body.
  ///
  /// - Throws: a reason for good if the body is damaged.
  func exactBody() throws(UnmadeRequest) -> [UInt8] {
    do throws(TaskBodyError) {
      return try body()
    } catch {
      if case .unreadable = error { throw UnmadeRequest("\(error)") }
      throw UnmadeRequest("\(error)", isForGood: true)
    }
  }
}
