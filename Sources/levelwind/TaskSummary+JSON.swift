import Spooling
import Webhooks

extension TaskSummary {
  /// One JSON object on one line, without a line end. What a terminal would act upon is escaped in it.
  var json: [UInt8] {
    var line: [UInt8] = []
    add("id", place.id, to: &line)
    add("state", place.state.rawValue, to: &line)
    if let arrival = place.arrival { add("arrived", arrival.rfc3339, to: &line) }
    add("path", path, to: &line)
    if place.state == .cur { add("claimedBy", place.isDrains ? "drain" : "importer", to: &line) }
    if let reason { add("reason", reason, to: &line) }
    if let record { add(record, to: &line) }
    if let header { add(header, to: &line) }
    line.append(UInt8(ascii: "}"))
    return line
  }

  private func add(_ record: RetryRecord, to line: inout [UInt8]) {
    add("attempts", record.attempts, to: &line)
    add("deferrals", record.deferrals, to: &line)
    if let due = record.due { add("due", due.rfc3339, to: &line) }
    if let earlier = record.earlier { add("earlier", earlier, to: &line) }
  }

  private func add(_ header: TaskHeader, to line: inout [UInt8]) {
    add("type", header.type, to: &line)
    add("webhook", header.webhook, to: &line)
    add("incoming", header.incoming, to: &line)
    add("delivery", header.delivery, to: &line)
    if let id = header.senderDelivery { add("senderdelivery", id, to: &line) }
    add("taskindex", header.index, to: &line)
    add("taskcount", header.count, to: &line)
    add("contentType", header.contentType, to: &line)
    if let encoding = header.bodyEncoding { add("bodyEncoding", encoding.rawValue, to: &line) }
    if let bytes = header.bodyBytes { add("bodyBytes", bytes, to: &line) }
    if let sha256 = header.bodySHA256 { add("bodySha256", sha256, to: &line) }
  }

  private func add(_ name: String, _ text: String, to line: inout [UInt8]) {
    begin(name, &line)
    line.append(UInt8(ascii: "\""))
    SafeText.append(text, to: &line, isJSON: true, limit: .max)
    line.append(UInt8(ascii: "\""))
  }

  private func add(_ name: String, _ number: Int, to line: inout [UInt8]) {
    begin(name, &line)
    line += String(number).utf8
  }

  private func begin(_ name: String, _ line: inout [UInt8]) {
    line.append(line.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
    line.append(UInt8(ascii: "\""))
    line += name.utf8
    line.append(UInt8(ascii: "\""))
    line.append(UInt8(ascii: ":"))
  }
}
