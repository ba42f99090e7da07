import FoundationEssentials

/// What the pages ask `levelwind administer`: one question a connection, as one JSON object.
package struct AdministrationQuestion: Sendable, Equatable, Codable {
  /// The version of the messages. An upgrade replaces the program before its processes.
  package static let version = 1
  /// The most bytes of a question.
  package static let mostBytes = 1 << 20

  package var version = Self.version
  /// Who asks, as the web server says.
  package var user: String
  /// The groups of the user, as the web server says.
  package var groups: [String]
  /// The web server's id of the request; empty without one.
  package var request: String
  package var verb: Verb

  package init(user: String, groups: [String], request: String, _ verb: Verb) {
    self.user = user
    self.groups = groups
    self.request = request
    self.verb = verb
  }

  /// The rows of a page of a list.
  package static let rows = 50

  /// The question as it goes over the socket.
  package var bytes: [UInt8] { Wire.encode(self) ?? [] }

  /// Reads a question: exactly the bytes that `bytes` makes of it, or nil. So an unknown, missing
  /// or repeated key is refused, and so is everything else that no page writes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count <= Self.mostBytes,
      let question = Wire.decode(AdministrationQuestion.self, bytes), question.bytes == bytes
    else { return nil }
    self = question
  }
}

/// What is asked of the list of webhooks. Empty texts ask for all.
package struct WebhookFilter: Sendable, Equatable, Codable {
  /// A part of the name or of the identifier.
  package var name = ""
  package var state = ""
  package var incoming = ""
  package var order = Order.name
  /// The page of the list, from 1.
  package var page = 1

  package init() {}

  /// By what the list is ordered.
  package enum Order: String, Sendable, Codable, CaseIterable {
    case name, delivery, refusal, created, updated
  }
}

/// What is asked of the history. Empty texts ask for all.
package struct DeliveryFilter: Sendable, Equatable, Codable {
  package var webhook = ""
  package var verdict = ""
  /// Moments as people write them.
  package var since = ""
  package var until = ""
  /// The delivery's id, its beginning, the sender's id, or a task's.
  package var id = ""
  /// Words that stand in the request.
  package var text = ""
  /// The cursor behind which the page begins; nil for the newest.
  package var before: Int?
  /// The cursor that the page ends at, with those that came next above it; nil without one.
  package var after: Int?

  package init() {}
}

/// What is asked of one spool. Empty texts ask for all.
package struct TaskListFilter: Sendable, Equatable, Codable {
  package var incoming = ""
  package var state = ""
  package var webhook = ""
  package var senderID = ""
  package var olderThan = ""
  package var newerThan = ""
  package var reason = ""
  /// The page of the list, from 1.
  package var page = 1

  package init() {}
}

/// JSON as it goes over the helpers' sockets.
enum Wire {
  static func encode(_ value: some Encodable) -> [UInt8]? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .secondsSince1970
    return (try? encoder.encode(value)).map(Array.init)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return try? decoder.decode(type, from: Data(bytes))
  }
}
