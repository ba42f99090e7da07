import FoundationEssentials

/// A page of the list of webhooks.
package struct WebhooksShown: Sendable, Codable {
  package var lines: [Line] = []
  /// How many match the filter, on all pages.
  package var matching = 0
  /// How many there are.
  package var total = 0
  /// The incoming configurations, to filter by.
  package var incoming: [String] = []

  package init() {}

  /// A webhook in the list.
  package struct Line: Sendable, Codable {
    package var identifier = ""
    package var name = ""
    package var description = ""
    /// `active`, `waiting`, `disabled` or `broken`.
    package var state = ""
    /// What its senders have to prove, in a few words.
    package var check = ""
    package var incoming: [String] = []
    package var url: String?
    package var lastDelivery: Date?
    package var lastRefusal: Date?
    /// The check that refused last.
    package var refusedBy: String?
    /// When it was made, where its file says that.
    package var created: Date?
    package var updated: Date?

    package init() {}
  }
}

/// A webhook. No value of a secret is in it.
package struct WebhookShown: Sendable, Codable {
  package var line = WebhooksShown.Line()
  /// The version of its file.
  package var version = ""
  package var methods: [String] = []
  /// What is logged, and what is kept, in words.
  package var logging = ""
  package var history = ""
  /// The advice to keep a history; nil if there isn't any need.
  package var advice: String?
  /// Whether the history has anything of it.
  package var isKept = false
  package var preProcessors: [String] = []
  package var postProcessors: [String] = []
  package var retries: [String] = []
  /// What came so far, a line each.
  package var activity: [String] = []
  package var secrets: [Secret] = []
  /// The problems of a file that can't be used.
  package var problems: [String] = []
  /// The last deliveries in its history.
  package var deliveries: [DeliveriesShown.Line] = []
  /// The deliveries of the last day by hour, the oldest hour first; empty without a history.
  package var hours: [Hour] = []

  package init() {}

  /// A secret or public key by its name.
  package struct Secret: Sendable, Codable {
    package var name = ""
    /// Where it stands in the file; nil for one that isn't in it.
    package var path: String?
    package var matches = 0
    package var lastMatch: Date?
    package var expires: Date?
    package var isExpired = false
    package var isAwaited = false

    package init() {}
  }

  /// The deliveries of an hour by verdict.
  package struct Hour: Sendable, Codable {
    package var start = Date.distantPast
    package var accepted = 0
    package var unwanted = 0
    package var refused = 0
    package var unavailable = 0
    /// The time from arrival to answer, in microseconds: of the middle one, and of the slowest of
    /// a hundred. 0 without a delivery.
    package var usualTime = 0
    package var slowTime = 0

    package init() {}
  }
}

/// An incoming configuration with its spool.
package struct IncomingShown: Sendable, Codable {
  package var identifier = ""
  /// The version of its file.
  package var version = ""
  package var name = ""
  package var description = ""
  package var filter: String?
  package var parser: String?
  package var group: String?
  /// The path of its spool.
  package var spool = ""
  /// The bounds on its spool in words; nil without one.
  package var limits: String?
  package var keepDone: String?
  package var webhooks: [String] = []
  /// `active`, `broken`, or `removed` where only its spool is left.
  package var state = ""
  /// When it was made, where its file says that.
  package var created: Date?
  package var updated: Date?
  /// What waits in its spool, as of a few seconds ago; nil if it wasn't looked into yet.
  package var counts: Counts?
  /// The age and depth of what waits, the oldest look first.
  package var problems: [String] = []

  package init() {}

  /// How many tasks are in each state.
  package struct Counts: Sendable, Codable {
    package var new = 0
    package var claimed = 0
    package var retry = 0
    package var failed = 0
    package var bytes = 0
    package var oldest: Date?

    package init() {}
  }
}
