import FoundationEssentials

/// What `levelwind administer` answers.
package struct AdministrationAnswer: Sendable, Codable {
  /// The most bytes of an answer, which a body of 16 MiB fits into.
  package static let mostBytes = 24 << 20

  /// The user's role; nil for a user without one.
  package var role: UserRole?
  package var content: Content

  package init(role: UserRole?, _ content: Content) {
    self.role = role
    self.content = content
  }

  /// The answer to a question, or why there isn't one.
  package enum Content: Sendable, Codable {
    case status(StatusShown)
    case info(InfoShown)
    case webhooks(WebhooksShown)
    case webhook(WebhookShown)
    case incomingList([IncomingShown])
    case incoming(IncomingShown)
    case deliveries(DeliveriesShown)
    case delivery(DeliveryShown)
    case request(RequestShown)
    case body(BodyShown)
    case tasks(TasksShown)
    case task(TaskShown)
    case changes(ChangesShown)
    case users(UsersShown)
    case taskPlan(TaskPlanShown)
    case tasksChanged(TasksChanged)
    case againPlan(AgainPlanShown)
    case broughtBack(BroughtBackShown)
    case explained(ExplainedShown)
    /// The number of the configuration that the responder has loaded; nil if none runs.
    case loading(Int?)
    case choices(ChoicesShown)
    case file(FileShown)
    case fields(FieldsShown)
    /// A tar archive.
    case archive(Data)
    case configured(ChangeDone)
    /// What was typed into the fields can't be saved: the form with the problems.
    case unusableFields(FieldsShown)
    /// What was typed for a new webhook can't be used: what it can be made with, and the problems.
    case unusableChoices(ChoicesShown)
    /// The new text of a file has errors.
    case invalid([ProblemShown])
    /// Somebody else changed the file since it was seen: the file as it is now.
    case stale(FileShown)
    /// These keys can't be changed on a page; the command that changes them.
    case guarded(keys: [String], command: String)
    /// What was asked for is done, as a whole.
    case done
    /// What was asked for isn't there, in words.
    case missing(String)
    /// The user's role doesn't allow it, in words.
    case forbidden(String)
    /// It was changed since the page that asks was made, in words. Nothing was done.
    case changedSince(String)
    /// A value can't be used: the name of its field, and what is expected.
    case unusable(field: String, words: String)
    /// It can't be told at the moment, in words.
    case failed(String)
  }

  /// The answer as it goes over the socket. One that is too large, or can't be written, becomes a
  /// failure.
  package var bytes: [UInt8] {
    if let bytes = Wire.encode(self), bytes.count <= Self.mostBytes { return bytes }
    return Wire.encode(
      AdministrationAnswer(role: role, .failed("the answer is too large for a page"))) ?? []
  }

  /// Reads an answer; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    guard let answer = Wire.decode(AdministrationAnswer.self, bytes) else { return nil }
    self = answer
  }
}

/// What a user may do, from least to most.
package enum UserRole: String, Sendable, Codable, Comparable, CaseIterable {
  case viewer, operator_ = "operator", administrator

  package static func < (a: UserRole, b: UserRole) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}

/// A label and its value.
package struct FactShown: Sendable, Codable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What `levelwind status` says.
package struct StatusShown: Sendable, Codable {
  /// `OK`, `WARNING`, `CRITICAL` or `UNKNOWN`.
  package var word = ""
  /// What is said where there are no findings.
  package var quiet = ""
  package var findings: [Finding] = []
  package var facts: [FactShown] = []
  package var tables: [Table] = []

  package init() {}

  /// What is wrong, and how it is mended.
  package struct Finding: Sendable, Codable {
    package var level = ""
    package var kind = ""
    /// The webhook, incoming configuration or process that is concerned; empty for the whole.
    package var subject = ""
    package var words = ""
    package var remedy = ""

    package init() {}
  }

  /// Rows of cells under a title.
  package struct Table: Sendable, Codable {
    package var title = ""
    package var head: [String] = []
    package var rows: [[String]] = []

    package init() {}
  }
}

/// What the info page shows.
package struct InfoShown: Sendable, Codable {
  /// The URL under which webhooks are reached; nil if it isn't configured.
  package var base: String?
  package var version = ""
  package var isRunning = false
  package var started: Date?
  package var loaded: Date?
  package var generation = 0
  package var webhooks = ""
  /// The problems of files that were refused.
  package var refused: [String] = []
  package var limits: [FactShown] = []

  package init() {}
}

/// What was done by users of the pages, the newest first.
package struct ChangesShown: Sendable, Codable {
  package var lines: [Line] = []
  /// The cursor behind the last one; nil at the end.
  package var next: Int?

  package init() {}

  /// One change, or one look at a body.
  package struct Line: Sendable, Codable {
    package var time = Date.distantPast
    package var user = ""
    package var role = ""
    package var verb = ""
    package var target = ""
    package var outcome = ""
    /// The web server's id of the request.
    package var request = ""
    /// The version of the file before and after; empty where nothing was changed.
    package var before = ""
    package var after = ""
    /// The lines of the file that were taken out and put in, after `- ` and `+ `, with secrets
    /// masked; nil where there aren't any.
    package var difference: String?

    package init() {}
  }
}

/// Who may do what on the pages.
package struct UsersShown: Sendable, Codable {
  package var viewers: [String] = []
  package var operators: [String] = []
  package var administrators: [String] = []

  package init() {}
}
