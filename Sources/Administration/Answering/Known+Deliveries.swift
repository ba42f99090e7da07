import AdministrationMessages
import FoundationEssentials
import History
import Serving
import Spooling
import Webhooks

extension Administering.Known {
  /// Searches the history.
  func shown(
    _ filter: DeliveryFilter, by asker: Asker, at now: Date
  ) throws(Obstacle) -> DeliveriesShown {
    // Who may not see bodies may not learn their words one by one either.
    if !filter.text.isEmpty { try asker.require(.operator_, for: "a search for words") }
    var query = try query(filter, at: now)
    query.filter.after = filter.after
    let search = DeliverySearch(state: settings.state, query, within: Administering.patience)
    let marks = DeliveryMarks(state: settings.state)
    var shown = DeliveriesShown()
    var page: [HistoryEntry] = []
    if filter.after != nil {
      shown.fill(&page, above: search)
    } else {
      shown.fill(&page, from: search)
      if filter.before != nil { shown.newer = page.first?.number ?? filter.before.map { $0 - 1 } }
    }
    page.sort { ($0.facts.moment, $0.number) > ($1.facts.moment, $1.number) }
    shown.lines = page.map { DeliveriesShown.Line($0, marks) }
    shown.looked = search.looked
    shown.problems = search.problems
    shown.webhooks = snapshot.webhooks.keys.map(\.text).sorted()
    if page.isEmpty {
      shown.unkept = (query.webhooks ?? shown.webhooks).filter {
        !HistoryKept.isKept(of: $0, state: settings.state)
      }
    }
    return shown
  }

  func query(
    _ filter: DeliveryFilter, at now: Date
  ) throws(Obstacle) -> DeliveryQuery {
    var query = DeliveryQuery()
    if !filter.webhook.isEmpty {
      guard Identifier(filter.webhook) != nil else {
        throw .unusable("webhook", "expected an identifier: a-z, 0-9 and inner hyphens")
      }
      query.webhooks = [filter.webhook]
    }
    if !filter.verdict.isEmpty {
      guard DeliveryOutcome.allCases.contains(where: { $0.word == filter.verdict }) else {
        let words = DeliveryOutcome.allCases.map(\.word).joined(separator: ", ")
        throw .unusable("verdict", "expected one of \(words)")
      }
      query.filter.outcomes = [filter.verdict]
    }
    query.filter.since = try milliseconds("since", filter.since, at: now)
    query.filter.until = try milliseconds("until", filter.until, at: now)
    query.filter.before = filter.before
    if !filter.text.isEmpty {
      guard let words = Words(filter.text) else {
        throw .unusable("text", "expected words, each with a letter or a digit")
      }
      query.filter.words = words
    }
    // What can't be an id of ours, or its beginning, is the sender's.
    if !filter.id.isEmpty, !query.select(id: filter.id) { query.filter.senderID = filter.id }
    return query
  }

  private func milliseconds(
    _ field: String, _ text: String, at now: Date
  ) throws(Obstacle) -> Int? {
    if text.isEmpty { return nil }
    guard let moment = LogMoment(now: now).moment(text) else {
      throw .unusable(field, "expected \(LogMoment.words)")
    }
    let milliseconds = (moment.timeIntervalSince1970 * 1000).rounded(.up)
    return Int(max(-1e15, min(1e15, milliseconds)))
  }

  func entry(_ id: String) throws(Obstacle) -> HistoryEntry {
    do throws(DeliveryQuery.NotFound) {
      return try DeliveryQuery.only(id, state: settings.state)
    } catch {
      throw .missing("\(error)")
    }
  }

  func shownDelivery(_ id: String) throws(Obstacle) -> DeliveryShown {
    let entry = try entry(id)
    let marks = DeliveryMarks(state: settings.state)
    var shown = DeliveryShown()
    shown.line = DeliveriesShown.Line(entry, marks)
    shown.facts = entry.facts.lines.map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return FactShown(String(parts[0]), parts.count > 1 ? String(parts[1].dropFirst()) : "")
    }
    shown.tasks = entry.facts.routes.flatMap { route in
      (route.tasks ?? []).map { id in
        let place = TaskWhereabouts(id, in: route.incoming, settings, status)
        var task = DeliveryShown.Task()
        task.id = id
        task.incoming = route.incoming
        task.state = place.state
        task.words = place.words
        return task
      }
    }
    shown.broughtBack = marks.of(entry).map(\.words)
    shown.hasBody = entry.body != nil
    return shown
  }

  func shownRequest(
    _ id: String, by asker: Asker, at now: Date
  ) throws(Obstacle) -> RequestShown {
    let entry = try entry(id)
    try note(.request, "delivery \(entry.facts.id)", by: asker, at: now)
    var shown = RequestShown()
    shown.id = entry.facts.id
    shown.head = Data(entry.head)
    shown.body = Data((entry.body ?? []).prefix(RequestShown.mostBytes))
    shown.bodyBytes = entry.body?.count
    return shown
  }

  func shownBody(_ id: String, by asker: Asker, at now: Date) throws(Obstacle) -> BodyShown {
    let entry = try entry(id)
    guard let body = entry.body else {
      throw .missing("the body of delivery \(entry.facts.id) was not kept")
    }
    guard body.count <= BodyShown.mostBytes else {
      throw .failed(
        "the body has \(body.count.grouped) bytes: levelwind delivery body \(entry.facts.id)")
    }
    try note(.body, "delivery \(entry.facts.id)", by: asker, at: now)
    var shown = BodyShown()
    shown.id = entry.facts.id
    shown.bytes = Data(body)
    return shown
  }

  /// Notes a look before it is granted.
  func note(
    _ verb: ChangesFile.Verb, _ target: String, by asker: Asker, at now: Date
  ) throws(Obstacle) {
    do throws(SystemError) {
      try ChangesFile(state: settings.state).open()
        .add(ChangesFile.Note(verb, target), by: asker, at: now)
    } catch {
      throw .failed("the look can't be noted, and so it isn't granted: \(error)")
    }
  }

  /// Opens the file of changes before one.
  func changes() throws(Obstacle) -> ChangesFile.Pen {
    do throws(SystemError) {
      return try ChangesFile(state: settings.state).open()
    } catch {
      throw .failed("the change can't be noted, and so it isn't made: \(error)")
    }
  }

  /// Notes a change that was made.
  func add(
    _ note: ChangesFile.Note, to log: ChangesFile.Pen, by asker: Asker, at now: Date
  ) throws(Obstacle) {
    do throws(SystemError) {
      try log.add(note, by: asker, at: now)
    } catch {
      throw .failed("it is \(note.outcome), but that can't be noted: \(error)")
    }
  }
}

extension DeliveriesShown {
  /// Takes the first page of a search.
  fileprivate mutating func fill(_ page: inout [HistoryEntry], from search: DeliverySearch) {
    while page.count < AdministrationQuestion.rows, let entry = search.next() {
      page.append(entry)
    }
    if page.count == AdministrationQuestion.rows {
      next = page.last?.number
    } else if let place = search.stopped {
      stop(at: place)
    }
  }

  /// Takes the last page of a search: those that came next above a cursor.
  fileprivate mutating func fill(_ page: inout [HistoryEntry], above search: DeliverySearch) {
    while let entry = search.next() {
      page.append(entry)
      guard page.count > AdministrationQuestion.rows else { continue }
      page.removeFirst()
      newer = page.first?.number
    }
    if let place = search.stopped { return stop(at: place) }
    next = page.last?.number
  }

  private mutating func stop(at place: Int) {
    next = place
    stopped = Date(timeIntervalSince1970: Double(place) / 1_000_000)
  }
}

extension DeliveriesShown.Line {
  init(_ entry: HistoryEntry, _ marks: DeliveryMarks) {
    self.init()
    let facts = entry.facts
    id = facts.id
    time = facts.moment
    webhook = facts.webhook
    verdict = facts.verdict
    status = facts.status
    remote = facts.remote
    senderID = facts.senderdelivery
    tasks = facts.tasks.count
    bytes = facts.bodyBytes
    why = facts.why
    isBroughtBack = !marks.of(entry).isEmpty
  }
}
