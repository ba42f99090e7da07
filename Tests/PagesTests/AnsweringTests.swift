import AdministrationMessages
import Bytes
import FoundationEssentials
import Testing

@testable import Pages

/// What pages take from a request.
@Suite struct AnsweringTests {
  private func visitor(_ users: [String], _ groups: [String] = []) -> Visitor? {
    Visitor(users: users.map { Array($0.utf8) }, groups: groups.map { Array($0.utf8) })
  }

  @Test func `one name of the right form is a visitor, and nothing else`() {
    #expect(visitor(["alice"])?.user == "alice")
    #expect(visitor(["a.b-c_9"], ["shop, night"])?.groups == ["shop", "night"])
    for users in [
      [], [""], ["alice", "bob"], ["alice", "alice"], ["Alice"], ["a b"], ["a:b"], ["a\n"],
      ["a\u{0}"], ["*"], ["@shop"], ["öse"], ["-a"], [String(repeating: "a", count: 65)],
      [String(repeating: "a", count: 10_000)],
    ] {
      #expect(visitor(users) == nil, "\(users)")
    }
    #expect(Visitor(users: [[0x61, 0xff]], groups: []) == nil)
    #expect(visitor(["alice"], ["shop", "night"]) == nil)
    #expect(visitor(["alice"], ["shop,,night"])?.groups == ["shop", "night"])
    #expect(visitor(["alice"], ["Shop"]) == nil)
  }

  @Test(
    arguments: [
      (["same-origin"], [], [], true), (["none"], [], [], true), ([], [], [], true),
      (["cross-site"], ["navigate"], ["document"], true),
      (["same-site"], ["navigate"], ["document"], true),
      (["cross-site"], ["navigate"], ["iframe"], false),
      (["cross-site"], ["no-cors"], ["image"], false),
      (["cross-site"], [], [], false), (["same-site"], ["cors"], ["empty"], false),
      (["junk"], ["navigate"], ["document"], false), ([""], [], [], false),
      (["same-origin", "cross-site"], ["navigate"], ["document"], false),
      (["cross-site"], ["navigate", "navigate"], ["document"], false),
    ] as [([String], [String], [String], Bool)])
  func `other sites may lead to pages, and neither embed nor fetch them`(
    site: [String], mode: [String], destination: [String], allowed: Bool
  ) {
    func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
    #expect(
      Origin.allowsReading(
        site: bytes(site), mode: bytes(mode), destination: bytes(destination)) == allowed)
  }

  @Test func `a query is read strictly`() throws {
    let fields = try Fields(Array("name=a%20b+c&state=&x=%C3%B6".utf8))
    #expect(fields["name"] == "a b c")
    #expect(fields["state"] == "")
    #expect(fields["x"] == "ö")
    #expect(fields["gone"] == "")
    #expect(try Fields(Array("page=12".utf8)).number("page") == 12)
    for junk in ["0", "-1", "1e3", "99999999999999999999", "1.5", "١"] {
      #expect(try Fields(Array("page=\(junk)".utf8)).number("page") == nil)
    }
    for query in ["a=%zz", "a=%4", "%=1", "a=1&a=2", "a=%ff", "a=%00", "a=%c0%af"] {
      #expect(throws: Fields.Unreadable.self, "\(query)") { try Fields(Array(query.utf8)) }
    }
    let many = (0..<65).map { "f\($0)=1" }.joined(separator: "&")
    #expect(throws: Fields.Unreadable.self) { try Fields(Array(many.utf8)) }
    #expect(throws: Fields.Unreadable.self) { try Fields(Array("a=\u{0}".utf8)) }
  }

  @Test func `a path leads to a place of ours or nowhere`() {
    func route(_ path: String) -> Route? { Route(Array(path.utf8)) }
    #expect(route("/") == .root)
    #expect(route("/webhooks/shop") == .webhook("shop"))
    #expect(route("/tasks/orders/01-a/body") == .taskBody("orders", "01-a"))
    #expect(route("/tasks/orders/a%20b") == .task("orders", "a b"))
    for path in [
      "", "webhooks", "//webhooks", "/webhooks/", "/webhooks/a/b", "/webhooks/..", "/webhooks/.",
      "/webhooks/%2e%2e", "/webhooks/a%2fb", "/webhooks/%00", "/webhooks/%zz", "/Webhooks",
      "/settings", "/settings/nope", "/deliveries/a/nope", "/tasks/a/b/nope", "/tasks/a/b/body/c",
      "/style.css", "/style-0.css", "/favicon.ico", "/\(String(repeating: "a", count: 400))",
    ] {
      #expect(route(path) == nil, "\(path)")
    }
    for asset in Assets.all { #expect(route("/\(asset.name)") == .asset(asset.name)) }
  }

  @Test func `a question is exactly what a page writes`() throws {
    let question = AdministrationQuestion(
      user: "alice", groups: ["shop"], request: "r", .tasks(TaskListFilter()))
    #expect(AdministrationQuestion(question.bytes) == question)
    let text = String(decoding: question.bytes, as: UTF8.self)
    for changed in [
      text + " ", " " + text,
      text.replacing("\"user\":\"alice\"", with: "\"user\":\"alice\",\"x\":1"),
      text.replacing("\"user\":\"alice\"", with: "\"user\":\"bob\",\"user\":\"alice\""),
      text.replacing("\"page\":1,", with: ""), text.replacing("tasks", with: "purge"),
      String(text.dropLast()), "", "{}", "null", "[]", "\u{0}",
    ] {
      #expect(changed != text)
      #expect(AdministrationQuestion(Array(changed.utf8)) == nil, "\(changed)")
    }
  }

  @Test func `each answer has the headers that keep others out`() {
    let page = Response("<p></p>")
    let names = page.headers.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(page.headers.contains { $0 == ("Cache-Control", "no-store") })
    #expect(!page.policy.contains("unsafe"))
    let download = Response(download: [1], named: "x\"\r\nSet-Cookie: a/../ö.body")
    #expect(download.policy.hasPrefix("sandbox;"))
    let place = download.headers.first { $0.name == "Content-Disposition" }?.value
    #expect(place == "attachment; filename=\"x___Set-Cookie__a_______body\"")
  }
}
