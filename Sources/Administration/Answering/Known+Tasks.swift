import AdministrationMessages
import FoundationEssentials
import Serving
import Spooling
import Webhooks

extension Administering.Known {
  func spool(_ incoming: String) throws(Obstacle) -> TaskSpool {
    guard Identifier(incoming) != nil else {
      throw .missing("there is no incoming configuration \(incoming)")
    }
    do throws(TaskSpoolError) {
      return try TaskSpool(path: "\(settings.spool)/\(incoming)")
    } catch {
      throw Identifier(incoming).flatMap { snapshot.incoming[$0] } == nil
        ? .missing("there is no incoming configuration \(incoming), and no spool of that name")
        : .failed("\(error)")
    }
  }

  func shown(_ filter: TaskListFilter, at now: Date) throws(Obstacle) -> TasksShown {
    let spool = try spool(filter.incoming)
    let chosen = try choice(filter)
    var shown = TasksShown()
    shown.incoming = filter.incoming
    shown.asOf = Self.microseconds(now)
    let (first, overflow) = (max(1, filter.page) - 1).multipliedReportingOverflow(
      by: AdministrationQuestion.rows)
    guard !overflow else { return shown }
    var waiting: [Date] = []
    do throws(TaskSpoolError) {
      for state in TaskState.allCases {
        let places = try spool.places(in: state)
        shown.counts[state.rawValue] = places.count
        if state != .done, state != .failed { waiting += places.compactMap(\.arrival) }
      }
      shown.ages = TasksShown.Age.all(waiting, at: now)
      let places = try spool.places(in: chosen.states)
      let end = ContinuousClock.now + Administering.patience
      var (matching, looked) = (0, 0)
      for place in places {
        if looked % 64 == 0, looked > 0, .now > end { break }
        looked += 1
        guard try !spool.select(chosen, among: [place], now: now).isEmpty else { continue }
        matching += 1
        guard matching > first, shown.lines.count < AdministrationQuestion.rows else { continue }
        shown.lines.append(TasksShown.Line(TaskSummary(place, in: spool, opening: true)))
      }
      if looked == places.count {
        shown.matching = matching
      } else {
        shown.looked = looked
      }
      shown.hasMore = matching > first + AdministrationQuestion.rows
    } catch {
      throw .failed("\(error)")
    }
    return shown
  }

  func choice(_ filter: TaskListFilter) throws(Obstacle) -> TaskFilter {
    var chosen = TaskFilter()
    if !filter.state.isEmpty {
      guard let state = TaskState(rawValue: filter.state) else {
        let words = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
        throw .unusable("state", "expected one of \(words)")
      }
      chosen.states = [state]
    }
    func span(_ field: String, _ text: String) throws(Obstacle) -> Duration? {
      if text.isEmpty { return nil }
      guard let span = TimeSpan.parse(text) else {
        throw .unusable(field, "expected a span such as 10m, 24h or 30d")
      }
      return span
    }
    chosen.olderThan = try span("older-than", filter.olderThan)
    chosen.newerThan = try span("newer-than", filter.newerThan)
    if !filter.webhook.isEmpty { chosen.webhook = filter.webhook }
    if !filter.senderID.isEmpty { chosen.senderDelivery = filter.senderID }
    if !filter.reason.isEmpty { chosen.reason = filter.reason }
    return chosen
  }

  /// Opens the one task with exactly this id.
  private func view(
    _ incoming: String, _ id: String
  ) throws(Obstacle) -> (view: TaskView, spool: TaskSpool) {
    let spool = try spool(incoming)
    var isThere = true
    do throws(TaskSpoolError) {
      // An importer may move the task between listing and opening.
      for _ in 1...5 where isThere {
        let all = try spool.places(in: Set(TaskState.allCases))
        guard let place = all.first(where: { $0.id == id }) else {
          isThere = false
          continue
        }
        if let view = try spool.view(place) { return (view, spool) }
      }
    } catch {
      throw .failed("\(error)")
    }
    if !isThere {
      throw .missing("\(incoming) has no task \(id): its importer may have finished it")
    }
    throw .failed("the task is being moved; ask again")
  }

  func shownTask(
    _ incoming: String, _ id: String, at now: Date
  ) throws(Obstacle) -> TaskShown {
    let asOf = Self.microseconds(now)
    let (view, spool) = try view(incoming, id)
    let summary = TaskSummary(view, in: spool)
    var shown = TaskShown()
    shown.incoming = incoming
    shown.asOf = asOf
    shown.line = TasksShown.Line(summary)
    let header = summary.header
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { shown.facts.append(FactShown(name, value)) }
    }
    add("file", summary.path)
    add("type", header?.type ?? "the file isn't a task document")
    add("task", header.map { "\($0.index.addingBounded(1)) of \($0.count)" })
    add("content type", header?.contentType)
    add("body", header.map { "\($0.bodyBytes ?? 0) bytes, as \($0.bodyEncoding?.rawValue ?? "?")" })
    add("SHA-256", header?.bodySHA256)
    if view.place.state == .cur {
      add("claimed", view.place.isDrains ? "by a drain" : "by an importer")
      add("claimed since", spool.claimed(view.place)?.localTime)
    }
    shown.earlier = summary.record?.earlier
    shown.delivery = header?.delivery
    return shown
  }

  func shownTaskRequest(
    _ incoming: String, _ id: String, by asker: Asker, at now: Date
  ) throws(Obstacle) -> RequestShown {
    let view = try view(incoming, id).view
    let body = try Self.body(of: view)
    try note(.request, "task \(id) of \(incoming)", by: asker, at: now)
    var shown = RequestShown()
    shown.id = id
    shown.head = Data()
    shown.body = Data(body.prefix(RequestShown.mostBytes))
    shown.bodyBytes = body.count
    return shown
  }

  func shownTaskBody(
    _ incoming: String, _ id: String, by asker: Asker, at now: Date
  ) throws(Obstacle) -> BodyShown {
    let body = try Self.body(of: try view(incoming, id).view)
    try note(.body, "task \(id) of \(incoming)", by: asker, at: now)
    var shown = BodyShown()
    shown.id = id
    shown.bytes = Data(body)
    return shown
  }

  private static func body(of view: TaskView) throws(Obstacle) -> [UInt8] {
    // A file that an importer made may have any size.
    guard view.size <= 8 * BodyShown.mostBytes, view.header?.bodyBytes ?? 0 <= BodyShown.mostBytes
    else { throw .failed("the task has \(view.size.grouped) bytes: levelwind task body") }
    do throws(TaskBodyError) {
      return try view.body()
    } catch {
      throw .failed("the body can't be read: \(error)")
    }
  }
}

extension TasksShown.Age {
  private static let steps: [(seconds: Double, words: String)] = [
    (60, "under 1 min"), (600, "to 10 min"), (3600, "to 1 h"), (21_600, "to 6 h"),
    (86_400, "to 1 d"), (604_800, "to 7 d"), (.infinity, "over 7 d"),
  ]

  /// How many of these moments of arrival are how long ago; empty without any.
  fileprivate static func all(_ arrivals: [Date], at now: Date) -> [TasksShown.Age] {
    if arrivals.isEmpty { return [] }
    var ages = steps.map { step in
      var age = TasksShown.Age()
      age.words = step.words
      return age
    }
    for arrival in arrivals {
      let seconds = now.timeIntervalSince(arrival)
      ages[steps.firstIndex { seconds < $0.seconds } ?? steps.count - 1].count += 1
    }
    return ages
  }
}

extension TasksShown.Line {
  init(_ summary: TaskSummary) {
    self.init()
    id = summary.place.id
    state = summary.place.state.rawValue
    arrived = summary.place.arrival
    webhook = summary.header?.webhook
    senderID = summary.header?.senderDelivery
    attempts = summary.record?.attempts
    due = summary.place.state == .retry ? summary.record?.due : nil
    reason = summary.reason
    claimedBy =
      summary.place.state == .cur ? (summary.place.isDrains ? "drain" : "importer") : nil
  }
}
