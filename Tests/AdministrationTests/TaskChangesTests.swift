import AdministrationMessages
import Foundation
import Spooling
import Testing

@testable import Administration
@testable import Harness

/// Tasks are retried and removed for the pages: those that were meant, and no others.
@Suite struct TaskChangesTests {
  private let folder: Folder
  private let administering: Administering
  private var spool: URL { folder("spool/stock") }

  init() throws {
    folder = try Folder(named: "task-changes")
    try folder.write("name: Stock\n", to: "etc/incoming/stock.yaml")
    try folder.write(
      """
      spool: \(folder.path)/spool
      state: \(folder.path)/state
      min_free: 0
      min_free_inodes: 0
      pages: {operators: [otto]}

      """, to: "etc/levelwind.yaml")
    for name in ["spool", "state"] {
      try FileManager.default.createDirectory(at: folder(name), withIntermediateDirectories: true)
    }
    var preparation = SpoolPreparation(
      root: folder("spool").path, owner: SystemUser(user: geteuid(), group: getegid()),
      isChanging: true)
    _ = preparation.run([SpoolPreparation.Wanted(identifier: "stock", group: nil)])
    administering = Administering(directory: folder("etc").path)
  }

  private func put(_ number: Int, in state: String = "failed", reason: String = "") throws {
    let name = "\(folder.path)/spool/stock/\(state)/\(Self.id(number)).json"
    try Data("{}".utf8).write(to: URL(filePath: name))
    if !reason.isEmpty { try Data("\(reason)\n".utf8).write(to: URL(filePath: "\(name).reason")) }
  }

  private static func id(_ number: Int) -> String { "importer-\(1_000_000 + number)" }

  private func names(_ state: String) throws -> Set<String> {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: spool.appending(path: state).path)
    return Set(names.filter { $0.hasSuffix(".json") })
  }

  private func ask(_ verb: AdministrationQuestion.Verb) -> AdministrationAnswer.Content {
    administering.answer(
      AdministrationQuestion(user: "otto", groups: [], request: "r1", verb), at: Date()
    ).content
  }

  private func plan(
    _ action: TaskAction, _ edit: (inout TaskChoice) -> Void
  ) throws -> TaskPlanShown {
    var choice = TaskChoice(of: "stock")
    edit(&choice)
    guard case .taskPlan(let plan) = ask(.taskPlan(action, choice)) else {
      throw NotYet(description: "\(ask(.taskPlan(action, choice)))")
    }
    return plan
  }

  /// Plans for all failed tasks until the plan knows so many. A file's stamp may be younger than
  /// the moment of a plan that comes right behind it.
  private func planned(_ action: TaskAction, _ count: Int) throws -> TaskPlanShown {
    var found = TaskPlanShown()
    try until("the plan knows \(count)") {
      found = try plan(action) { $0.isAll = true }
      return found.count == count
    }
    return found
  }

  private func carryOut(_ action: TaskAction, _ plan: TaskPlanShown) -> AdministrationAnswer.Content
  {
    var choice = TaskChoice(of: "stock")
    choice.asOf = plan.asOf
    choice.ids = plan.ids
    choice.isAll = plan.ids.isEmpty
    return ask(.changeTasks(action, choice))
  }

  private func changes() throws -> [ChangesShown.Line] {
    guard case .changes(let shown) = ask(.changes(before: nil)) else {
      throw NotYet(description: "no changes")
    }
    return shown.lines
  }

  @Test(arguments: [120, 1_200])
  func `what is given up behind a plan isn't removed by it`(count: Int) throws {
    for number in 0..<count { try put(number, reason: "no") }
    let plan = try planned(.purge, count)
    #expect(plan.ids.isEmpty == (count > TaskChoice.mostIDs))
    #expect(plan.counts == ["failed": count])
    for number in count..<(count + 3) { try put(number) }
    // One of the plan is retried, and given up again: that isn't meant any more either.
    try FileManager.default.moveItem(
      at: spool.appending(path: "failed/\(Self.id(0)).json"),
      to: spool.appending(path: "new/\(Self.id(0)).json"))
    try FileManager.default.moveItem(
      at: spool.appending(path: "new/\(Self.id(0)).json"),
      to: spool.appending(path: "failed/\(Self.id(0)).json"))
    let answer = carryOut(.purge, plan)
    let kept = Set((count..<(count + 3)).map { "\(Self.id($0)).json" } + ["\(Self.id(0)).json"])
    #expect(try names("failed") == kept)
    let line = try #require(try changes().first)
    #expect(line.verb == "purged" && line.user == "otto")
    #expect(line.before == "new 0, cur 0, retry 0, failed \(count + 3), done 0")
    #expect(line.after == "new 0, cur 0, retry 0, failed 4, done 0")
    if plan.ids.isEmpty {
      guard case .done = answer else { throw NotYet(description: "\(answer)") }
      #expect(line.target == "\(count - 1) tasks of stock" && line.outcome == "done")
    } else {
      guard case .tasksChanged(let changed) = answer else { throw NotYet(description: "\(answer)") }
      #expect(changed.done == count - 1 && changed.skipped == 1 && changed.left == 0)
      #expect(line.outcome == "done for \(count - 1), 1 in use, gone or moved")
    }
  }

  @Test func `retried tasks are in new, and once more is no change`() throws {
    for number in 0..<3 { try put(number, reason: "no such customer") }
    try put(9, in: "new")
    let plan = try planned(.retry, 3)
    guard case .done = carryOut(.retry, plan) else { throw NotYet(description: "not retried") }
    #expect(try names("new").count == 4 && names("failed").isEmpty)
    guard case .tasksChanged(let changed) = carryOut(.retry, plan) else {
      throw NotYet(description: "retried twice")
    }
    #expect(changed.done == 0 && changed.skipped == 3)
    #expect(try changes().map(\.verb) == ["retried", "retried"])
  }

  @Test func `a task that moved since its page was made isn't changed`() throws {
    try put(1)
    let asOf = Int(Date().timeIntervalSince1970 * 1e6)
    var choice = TaskChoice(of: "stock")
    choice.ids = [Self.id(1)]
    choice.asOf = asOf - 3_600_000_000
    for action in TaskAction.allCases {
      guard case .changedSince = ask(.changeTasks(action, choice)) else {
        throw NotYet(description: "\(action)")
      }
    }
    #expect(try names("failed").count == 1)
    #expect(try changes().allSatisfy { $0.outcome.hasPrefix("not done") })
    choice.asOf = asOf + 1_000_000
    guard case .done = ask(.changeTasks(.retry, choice)) else { throw NotYet(description: "no") }
    #expect(try names("new") == ["\(Self.id(1)).json"])
    let line = try #require(try changes().first)
    #expect(line.target == "task \(Self.id(1)) of stock" && line.request == "r1")
  }

  @Test func `waiting tasks are neither removed nor retried, whatever is asked`() throws {
    for state in ["new", "cur"] { try put(1, in: state) }
    try put(2, in: "retry")
    let later = Int(Date().timeIntervalSince1970 * 1e6) + 1_000_000
    for state in ["new", "cur", "retry", "junk"] {
      var choice = TaskChoice(of: "stock")
      (choice.isAll, choice.asOf, choice.filter.state) = (true, later, state)
      guard case .unusable("state", _) = ask(.changeTasks(.purge, choice)) else {
        throw NotYet(description: state)
      }
    }
    var choice = TaskChoice(of: "stock")
    (choice.asOf, choice.ids) = (later, [Self.id(1), Self.id(2)])
    guard case .tasksChanged(let changed) = ask(.changeTasks(.purge, choice)) else {
      throw NotYet(description: "purged")
    }
    #expect(changed.done == 0 && changed.skipped == 2)
    #expect(try names("new").count == 1 && names("cur").count == 1 && names("retry").count == 1)
    // Nothing chosen, or too much of it, means nothing.
    for ids in [[], (0...TaskChoice.mostIDs).map(Self.id)] {
      choice.ids = ids
      guard case .unusable = ask(.changeTasks(.retry, choice)) else {
        throw NotYet(description: "\(ids.count) ids")
      }
    }
    (choice.asOf, choice.ids) = (nil, [Self.id(2)])
    guard case .unusable("as-of", _) = ask(.changeTasks(.retry, choice)) else {
      throw NotYet(description: "without a moment")
    }
  }

  @Test func `what can't be noted isn't done`() throws {
    try put(1)
    let plan = try planned(.purge, 1)
    try FileManager.default.createDirectory(
      at: folder("state/changes"), withIntermediateDirectories: true)
    guard case .failed(let words) = carryOut(.purge, plan) else {
      throw NotYet(description: "it was done")
    }
    #expect(words.contains("can't be noted, and so it isn't made"))
    #expect(try names("failed").count == 1)
  }
}
