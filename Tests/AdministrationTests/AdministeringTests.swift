import AdministrationMessages
import Foundation
import Testing
import Webhooks

@testable import Administration
@testable import Harness

/// Who is told what, whatever page asks.
@Suite struct AdministeringTests {
  /// Each verb with the least role that may ask it.
  private static let verbs: [(verb: AdministrationQuestion.Verb, least: UserRole)] = [
    (.status, .viewer), (.info, .viewer), (.webhooks(WebhookFilter()), .viewer),
    (.webhook(identifier: "erp"), .viewer), (.incomingList, .viewer),
    (.incoming(identifier: "stock"), .viewer), (.deliveries(DeliveryFilter()), .viewer),
    (.delivery(id: "0000"), .viewer), (.deliveryRequest(id: "0000"), .operator_),
    (.deliveryBody(id: "0000"), .operator_), (.tasks(TaskListFilter()), .viewer),
    (.task(incoming: "stock", id: "a"), .viewer),
    (.taskRequest(incoming: "stock", id: "a"), .operator_),
    (.taskBody(incoming: "stock", id: "a"), .operator_), (.changes(before: nil), .operator_),
    (.users, .viewer), (.taskPlan(.retry, TaskChoice(of: "stock")), .operator_),
    (.taskPlan(.purge, TaskChoice(of: "stock")), .operator_),
    (.changeTasks(.retry, TaskChoice(of: "stock")), .operator_),
    (.changeTasks(.purge, TaskChoice(of: "stock")), .operator_),
    (.againPlan(AgainChoice()), .operator_), (.bringBack(AgainChoice()), .operator_),
    (.explain(PastedRequest()), .operator_),
    (
      {
        var filter = DeliveryFilter()
        filter.text = "word"
        return .deliveries(filter)
      }(), .operator_
    ),
  ]

  private func open(_ pages: String, _ test: (Administering, Folder) throws -> Void) throws {
    let folder = try Folder(named: "administering")
    defer { folder.remove() }
    try folder.write("pre_processors: []\nincoming: stock\n", to: "etc/webhooks/erp.yaml")
    try folder.write("name: Stock\n", to: "etc/incoming/stock.yaml")
    try folder.write(
      "spool: \(folder("spool").path)\nstate: \(folder("state").path)\n\(pages)\n",
      to: "etc/levelwind.yaml")
    for place in ["spool", "state"] {
      try FileManager.default.createDirectory(
        at: folder(place), withIntermediateDirectories: true)
    }
    try test(Administering(directory: folder("etc").path), folder)
  }

  private func ask(
    _ administering: Administering, _ user: String, _ groups: [String] = [],
    _ verb: AdministrationQuestion.Verb = .users
  ) -> AdministrationAnswer {
    administering.answer(
      AdministrationQuestion(user: user, groups: groups, request: "r", verb), at: Date())
  }

  @Test func `each verb is for its role and those above it`() throws {
    let pages = "pages: {operators: [otto], administrators: [alice]}"
    try open(pages) { administering, folder in
      for (user, role) in [
        ("vera", UserRole.viewer), ("otto", .operator_), ("alice", .administrator),
      ] {
        for (verb, least) in Self.verbs {
          let answer = ask(administering, user, [], verb)
          #expect(answer.role == role)
          var isForbidden = false
          if case .forbidden = answer.content { isForbidden = true }
          #expect(isForbidden == (role < least), "\(user): \(verb)")
        }
      }
    }
  }

  @Test func `a role comes from a name, a group, or being signed in at all`() throws {
    let pages = #"pages: {viewers: [vera], operators: ["@shop"], administrators: [alice]}"#
    try open(pages) { administering, _ in
      #expect(ask(administering, "vera").role == .viewer)
      #expect(ask(administering, "vera", ["night", "shop"]).role == .operator_)
      #expect(ask(administering, "alice", ["shop"]).role == .administrator)
      for (user, groups) in [
        ("bob", []), ("bob", ["alice"]), ("@shop", []), ("shop", []), ("*", []), ("", []),
        ("Vera", []), ("vera", ["*"]), ("vera", ["@shop"]), ("vera\u{0}", []),
      ] as [(String, [String])] {
        let answer = ask(administering, user, groups)
        #expect(answer.role == nil, "\(user) \(groups)")
        guard case .forbidden = answer.content else {
          Issue.record("\(user) \(groups) is told something")
          continue
        }
      }
    }
    try open("") { administering, _ in #expect(ask(administering, "bob").role == .viewer) }
  }

  @Test func `another version of the messages is told so`() throws {
    try open("") { administering, _ in
      var question = AdministrationQuestion(user: "vera", groups: [], request: "", .users)
      question.version += 1
      guard case .failed(let words) = administering.answer(question, at: Date()).content else {
        throw NotYet(description: "it was answered")
      }
      #expect(words.contains("systemctl restart"))
    }
  }

  @Test func `changes are shown in pages, also over a file that was put aside`() throws {
    try open("pages: {operators: [otto]}") { administering, folder in
      let state = folder("state").path
      let otto = AdministrationQuestion(user: "otto", groups: [], request: "r1", .users)
      var roles = PageRoles()
      roles.operators = ["otto"]
      let asker = try #require(Asker(otto, roles))
      for number in 0..<120 {
        if number == 60 { rename("\(state)/changes", "\(state)/changes.1") }
        try ChangesFile(state: state).open()
          .add(ChangesFile.Note(.body, "delivery \(number)"), by: asker, at: Date())
      }
      var (seen, before): ([String], Int?) = ([], nil)
      repeat {
        guard
          case .changes(let page) = ask(administering, "otto", [], .changes(before: before)).content
        else { throw NotYet(description: "no changes") }
        seen += page.lines.map(\.target)
        before = page.next
      } while before != nil
      #expect(seen == (0..<120).reversed().map { "delivery \($0)" })
    }
  }
}
