import FoundationEssentials

/// A page of the history.
package struct DeliveriesShown: Sendable, Codable {
  package var lines: [Line] = []
  /// The cursor behind the last one; nil at the end.
  package var next: Int?
  /// The cursor that the next newer page ends at; nil where there is none.
  package var newer: Int?
  /// Where the search stopped because it took too long; nil if it didn't.
  package var stopped: Date?
  /// How many deliveries were looked at.
  package var looked = 0
  /// The files that couldn't be read, in words.
  package var problems: [String] = []
  /// The webhooks that there are, to filter by.
  package var webhooks: [String] = []
  /// The webhooks among those asked for that keep no history.
  package var unkept: [String] = []

  package init() {}

  /// A delivery in the list.
  package struct Line: Sendable, Codable {
    package var id = ""
    package var time = Date.distantPast
    package var webhook = ""
    package var verdict = ""
    package var status = 0
    package var remote = ""
    package var senderID: String?
    package var tasks = 0
    package var bytes = 0
    package var why = ""
    package var isBroughtBack = false

    package init() {}
  }
}

/// A delivery with what became of it.
package struct DeliveryShown: Sendable, Codable {
  package var line = DeliveriesShown.Line()
  package var facts: [FactShown] = []
  package var tasks: [Task] = []
  /// When it was brought back, in words.
  package var broughtBack: [String] = []
  package var hasBody = false

  package init() {}

  /// A task of the delivery.
  package struct Task: Sendable, Codable {
    package var id = ""
    package var incoming = ""
    /// Its state, or `ended`, `logged` or `gone`.
    package var state = ""
    package var words = ""

    package init() {}
  }
}

/// A request: its head, and the beginning of its body.
package struct RequestShown: Sendable, Codable {
  /// The most bytes of a body that are shown.
  package static let mostBytes = 64 << 10

  /// The id of the delivery or task.
  package var id = ""
  package var head = Data()
  package var body = Data()
  /// The bytes of the whole body; nil if it isn't kept.
  package var bodyBytes: Int?

  package init() {}
}

/// A whole body.
package struct BodyShown: Sendable, Codable {
  /// The most bytes of a body that a page hands out.
  package static let mostBytes = 16 << 20

  package var id = ""
  package var bytes = Data()

  package init() {}
}
