import FoundationEssentials

/// A page of the tasks of one spool.
package struct TasksShown: Sendable, Codable {
  package var incoming = ""
  /// The number of tasks in each state, by the state's word.
  package var counts: [String: Int] = [:]
  /// The tasks that aren't done or failed, by age.
  package var ages: [Age] = []
  package var lines: [Line] = []
  /// How many match the filter; nil if the search stopped.
  package var matching: Int?
  /// How many were looked at, where the search stopped because it took too long.
  package var looked: Int?
  /// Whether there is a further page.
  package var hasMore = false
  /// The moment before the list was made, in microseconds since 1970.
  package var asOf = 0

  package init() {}

  /// The tasks that wait for so long.
  package struct Age: Sendable, Codable {
    /// The span in words.
    package var words = ""
    package var count = 0

    package init() {}
  }

  /// A task in the list.
  package struct Line: Sendable, Codable {
    package var id = ""
    package var state = ""
    package var arrived: Date?
    package var webhook: String?
    package var senderID: String?
    package var attempts: Int?
    /// When it is tried next.
    package var due: Date?
    package var reason: String?
    /// `drain` or `importer`, where it is claimed.
    package var claimedBy: String?

    package init() {}
  }
}

/// A task.
package struct TaskShown: Sendable, Codable {
  package var incoming = ""
  package var line = TasksShown.Line()
  package var facts: [FactShown] = []
  /// The reasons of earlier attempts.
  package var earlier: String?
  /// The id of its delivery; nil for a file that isn't a task document.
  package var delivery: String?
  /// The moment before it was looked for, in microseconds since 1970.
  package var asOf = 0

  package init() {}
}

/// What a change of tasks would do.
package struct TaskPlanShown: Sendable, Codable {
  package var incoming = ""
  /// The moment of the plan, in microseconds since 1970.
  package var asOf = 0
  /// The ids of all that are meant; empty if there are more than `TaskChoice.mostIDs`.
  package var ids: [String] = []
  /// How many are meant.
  package var count = 0
  /// How many of them are in each state, by the state's word.
  package var counts: [String: Int] = [:]
  /// How many of them are whole deliveries, which a retry routes again.
  package var deliveries = 0
  package var oldest: Date?
  package var newest: Date?
  /// Those that match, and stay: in use, of a state that the change isn't for, or gone.
  package var others = 0
  /// How many tasks were looked at, where the search stopped because it took too long.
  package var looked: Int?

  package init() {}
}

/// What a change of tasks did, where that isn't all.
package struct TasksChanged: Sendable, Codable {
  package var incoming = ""
  /// How many tasks were retried or removed.
  package var done = 0
  /// How many deliveries were routed again, and how many tasks they made.
  package var routed = 0
  package var made = 0
  /// How many couldn't be changed.
  package var failed = 0
  /// How many were in use, gone, or moved since the page was made.
  package var skipped = 0
  /// How many weren't tried, because the time was over.
  package var left = 0
  /// The first reasons for which tasks couldn't be changed.
  package var problems: [String] = []

  package init() {}
}
