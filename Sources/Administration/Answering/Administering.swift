import AdministrationMessages
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// Answers the questions of the pages: `levelwind administer`. It decides by the user's role what
/// is told and done.
public final class Administering: Sendable {
  /// What is known of the configuration and of the responder.
  struct Known: Sendable {
    var snapshot: Snapshot
    /// The responder's status file; nil if there isn't one that can be read.
    var status: StatusFile?

    var settings: Settings { snapshot.settings }
  }

  private struct Memory {
    var snapshot: Snapshot?
    /// Why the configuration can't be used at all, in words.
    var problems: [String] = []
    var read = ContinuousClock.now - .seconds(3600)
    var asked = ContinuousClock.now
    var status: StatusFile?
    var stamp: StatusFolder.Stamp?
  }

  /// How long a search may take.
  static let patience = Duration.seconds(2)
  /// How long what was read of the configuration is good for. While somebody asks, it is read again
  /// each second, so that no question waits for ten thousand files.
  private static let fresh = Duration.seconds(3)
  /// How long after a question it is kept fresh.
  private static let interest = Duration.seconds(60)

  let directory: String
  private let memory = Mutex(Memory())
  /// Held while the configuration is read.
  private let reading = Mutex(())
  private let rounds = Rounds("known")

  /// Prepares to answer.
  ///
  /// - Parameter directory: the configuration's folder.
  public init(directory: String) {
    self.directory = directory
    rounds.start(after: .seconds(1)) { [weak self] in
      if self?.isAsked == true { self?.read() }
      return .seconds(1)
    }
  }

  deinit { rounds.stop(within: .zero) }

  /// Answers a question.
  package func answer(_ question: AdministrationQuestion, at now: Date) -> AdministrationAnswer {
    guard question.version == AdministrationQuestion.version else {
      return AdministrationAnswer(
        role: nil,
        .failed(
          "the pages and levelwind administer are of different versions: systemctl restart "
            + "levelwind-pages.service levelwind-administer.service"))
    }
    if case .loading(let before) = question.verb { waitForLoading(after: before) }
    guard let known = known() else {
      let problems = memory.withLock { $0.problems.joined(separator: "; ") }
      return AdministrationAnswer(
        role: nil, .failed("the configuration can't be used: \(problems)"))
    }
    guard let asker = Asker(question, known.settings.pages) else {
      return AdministrationAnswer(
        role: nil,
        .forbidden(Asker.noRole(question.user)))
    }
    do throws(Obstacle) {
      try asker.require(question.verb.leastRole, for: question.verb.word)
      let content = try content(question.verb, known, asker, at: now)
      return AdministrationAnswer(role: asker.role, content)
    } catch {
      return AdministrationAnswer(role: asker.role, error.content)
    }
  }

  private func content(
    _ verb: AdministrationQuestion.Verb, _ known: Known, _ asker: Asker, at now: Date
  ) throws(Obstacle) -> AdministrationAnswer.Content {
    switch verb {
    case .status: .status(known.shownStatus(directory, at: now))
    case .info: .info(known.shownInfo(directory))
    case .webhooks(let filter): .webhooks(known.shown(filter, directory))
    case .webhook(let identifier):
      .webhook(try known.shownWebhook(identifier, directory, at: now))
    case .incomingList: .incomingList(known.shownIncomings(directory))
    case .incoming(let identifier): .incoming(try known.shownIncoming(identifier, directory))
    case .deliveries(let filter): .deliveries(try known.shown(filter, by: asker, at: now))
    case .delivery(let id): .delivery(try known.shownDelivery(id))
    case .deliveryRequest(let id): .request(try known.shownRequest(id, by: asker, at: now))
    case .deliveryBody(let id): .body(try known.shownBody(id, by: asker, at: now))
    case .tasks(let filter): .tasks(try known.shown(filter, at: now))
    case .task(let incoming, let id): .task(try known.shownTask(incoming, id, at: now))
    case .taskRequest(let incoming, let id):
      .request(try known.shownTaskRequest(incoming, id, by: asker, at: now))
    case .taskBody(let incoming, let id):
      .body(try known.shownTaskBody(incoming, id, by: asker, at: now))
    case .changes(let before):
      .changes(
        ChangesFile.shown(state: known.settings.state, before: before)
          .shown(to: asker.role))
    case .users: .users(known.shownUsers)
    case .taskPlan(let action, let choice):
      .taskPlan(try known.shownPlan(action, choice, at: now))
    case .changeTasks(let action, let choice):
      try known.change(action, choice, by: asker, directory, at: now)
    case .againPlan(let choice):
      .againPlan(try known.shownAgain(choice, by: asker, directory, at: now))
    case .bringBack(let choice): try known.bringBack(choice, by: asker, directory, at: now)
    case .explain(let pasted):
      .explained(try known.explained(pasted, by: asker, directory, at: now))
    case .loading: .loading(known.status.flatMap { $0.isRunning ? $0.generation : nil })
    case .configure: .failed("levelwind configure answers this")
    }
  }

  /// Waits until the responder has loaded a configuration above a number, for five seconds at most,
  /// and reads the files anew.
  private func waitForLoading(after before: Int?) {
    guard let before else { return read() }
    let state = (try? IncomingSpool.settings(in: directory))?.state ?? ""
    let end = ContinuousClock.now + .seconds(5)
    while .now < end, let loaded = StatusFile.loaded(state: state), loaded.generation <= before {
      usleep(10_000)
    }
    read()
  }

  private var isAsked: Bool { memory.withLock { .now - $0.asked < Self.interest } }

  /// Returns what is known now, as of a second ago while somebody asks.
  private func known() -> Known? {
    let isFresh = memory.withLock { memory in
      memory.asked = .now
      return memory.snapshot != nil && .now - memory.read < Self.fresh
    }
    if !isFresh { read() }
    return memory.withLock { memory in
      memory.snapshot.map { Known(snapshot: $0, status: memory.status) }
    }
  }

  /// Reads the files that have changed.
  private func read() {
    reading.withLock { _ in
      let before = memory.withLock { $0 }
      let loading = Snapshot.load(
        directory: directory, previous: before.snapshot, credentials: .unknown, now: Date(),
        readsSecrets: false)
      var (status, stamp) = (before.status, before.stamp)
      if let snapshot = loading.snapshot ?? before.snapshot {
        let state = snapshot.settings.state
        stamp = StatusFolder(state: state).stamp(of: StatusFile.name)
        if stamp == nil || stamp != before.stamp { status = StatusFile.read(state: state) }
      }
      memory.withLock { memory in
        memory.problems = loading.problems.map(\.description)
        memory.snapshot = loading.snapshot ?? memory.snapshot
        (memory.status, memory.stamp, memory.read) = (status, stamp, .now)
      }
    }
  }
}

/// Why a question has no answer.
struct Obstacle: Error {
  let content: AdministrationAnswer.Content

  init(_ content: AdministrationAnswer.Content) { self.content = content }

  static func missing(_ words: String) -> Obstacle { Obstacle(.missing(words)) }
  static func unusable(_ field: String, _ words: String) -> Obstacle {
    Obstacle(.unusable(field: field, words: words))
  }
  static func failed(_ words: String) -> Obstacle { Obstacle(.failed(words)) }
}

/// A user of the pages with a role.
struct Asker: Sendable {
  let user: String
  let role: UserRole
  let request: String

  /// - Returns: nil for a name that can't be a user's, and for a user without a role.
  init?(_ question: AdministrationQuestion, _ roles: PageRoles) {
    guard PageRoles.isName(question.user), question.groups.allSatisfy({ PageRoles.isName($0) })
    else { return nil }
    let names = Set([question.user, "*"] + question.groups.map { "@\($0)" })
    if !names.isDisjoint(with: roles.administrators) {
      role = .administrator
    } else if !names.isDisjoint(with: roles.operators) {
      role = .operator_
    } else if !names.isDisjoint(with: roles.viewers) {
      role = .viewer
    } else {
      return nil
    }
    user = question.user
    request = SafeText.text(question.request, limit: 64)
  }

  /// Why a user without a role is refused.
  static func noRole(_ user: String) -> String {
    "user \(user) has no role: levelwind.yaml lists users under pages, and "
      + "`levelwind pages user add` writes them there"
  }

  func require(_ least: UserRole, for what: String) throws(Obstacle) {
    guard role < least else { return }
    throw Obstacle(.forbidden(refusal(least, for: what)))
  }

  /// Why a role isn't enough.
  func refusal(_ least: UserRole, for what: String) -> String {
    "\(what) is for the role \(least.rawValue), and \(user) is a \(role.rawValue): "
      + "`levelwind pages user add \(user) --role \(least.rawValue)`, as root, changes that"
  }
}

extension AdministrationQuestion.Verb {
  /// The least role that may ask.
  var leastRole: UserRole {
    switch self {
    case .status, .info, .webhooks, .webhook, .incomingList, .incoming, .deliveries, .delivery,
      .tasks, .task, .users, .loading:
      .viewer
    case .deliveryRequest, .deliveryBody, .taskRequest, .taskBody, .changes, .taskPlan,
      .changeTasks, .againPlan, .bringBack, .explain:
      .operator_
    case .configure(let verb): verb.leastRole
    }
  }
}
