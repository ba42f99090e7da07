import AdministrationMessages
import Bytes
import FoundationEssentials
import Testing

@testable import Pages

/// What a form may ask for, and whose form it has to be.
@Suite struct ChangeTests {
  private static let host = "localhost:8411"
  private static let own = "http://localhost:8411"

  @Test(
    arguments: [
      (["same-origin"], [own], true), (["same-origin"], [], true),
      ([], [own], true), ([], ["https://localhost:8411"], true),
      (["cross-site"], [own], false), (["same-site"], [own], false), (["none"], [own], false),
      (["junk"], [own], false), ([""], [own], false), (["Same-Origin"], [own], false),
      (["same-origin", "same-origin"], [own], false),
      (["same-origin", "cross-site"], [own], false),
      ([], [], false), ([], ["null"], false), ([], [""], false), ([], [own, own], false),
      ([], ["http://localhost"], false), ([], ["http://localhost:8422"], false),
      ([], ["http://other.example:8411"], false), ([], ["http://localhost:8411.evil"], false),
      ([], ["http://evil/localhost:8411"], false), ([], ["HTTP://LOCALHOST:8411"], false),
      ([], ["ftp://localhost:8411"], false), ([], ["localhost:8411"], false),
      ([], ["http://localhost:8411/"], false),
    ] as [([String], [String], Bool)])
  func `a form of ours may change something, and no other`(
    site: [String], origin: [String], allowed: Bool
  ) {
    let words = Origin.objection(
      site: bytes(site), origin: bytes(origin), host: bytes([Self.host]))
    #expect((words == nil) == allowed, "\(site) \(origin)")
  }

  @Test func `without a host from the web server, an origin proves nothing`() {
    for host in [[], [""], [Self.host, Self.host]] {
      #expect(
        Origin.objection(site: [], origin: bytes([Self.own]), host: bytes(host)) != nil, "\(host)")
    }
    #expect(Origin.objection(site: [], origin: bytes(["http://"]), host: bytes([""])) != nil)
    let words = Origin.objection(site: [], origin: bytes([Self.own]), host: [])
    #expect(words?.contains("fastcgi_param LEVELWIND_HOST $http_host;") == true)
  }

  @Test func `a form that isn't one is refused with a page, and asks nobody`() throws {
    // Nobody listens: what reaches a helper is a 503.
    let answers = PageAnswers(helpers: [.administer: HelperSocket(path: "/nowhere")])
    func status(_ change: (inout PageAnswers.Asked) -> Void) -> Int {
      var asked = Self.form("as-of=1&ids=a")
      change(&asked)
      let response = answers.answer(asked, at: Date())
      let text = String(decoding: response.body, as: UTF8.self)
      let isSaid = text.contains("Nothing was changed") || response.status > 413
      #expect(isSaid, "\(response.status)")
      return response.status
    }
    #expect(status { _ in } == 503)
    for type in [
      [], [""], ["text/plain"], ["multipart/form-data; boundary=x"], ["application/json"],
      ["application/x-www-form-urlencoded; charset=utf-16"],
      ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"],
    ] {
      #expect(status { $0.contentType = bytes(type) } == 415, "\(type)")
    }
    #expect(status { $0.body = .tooLarge } == 413)
    #expect(status { $0.body = .broken } == 400)
    for text in [
      "ids=a&ids=a", "ids=%ff", "ids=%00", "ids=%zz", "ids=%4", "%c0%af=1",
      (0..<10_000).map { "f\($0)=1" }.joined(separator: "&"),
    ] {
      #expect(status { $0.body = .whole(Array(text.utf8)) } == 400, "\(text.prefix(40))")
    }
    #expect(status { $0.body = .whole(Array("ids=a\u{0}".utf8)) } == 400)
    #expect(status { $0.site = bytes(["cross-site"]) } == 403)
    // In the helper's question, each quote becomes two bytes.
    let quotes = "ids=" + String(repeating: "\"", count: 600 << 10)
    #expect(status { $0.body = .whole(Array(quotes.utf8)) } == 413)
  }

  @Test func `only places with a form take one`() {
    let answers = PageAnswers(helpers: [:])
    for target in ["/", "/status", "/tasks", "/tasks/stock", "/tasks/stock/a", "/webhooks/erp"] {
      var asked = Self.form("")
      asked.target = Array(target.utf8)
      let response = answers.answer(asked, at: Date())
      #expect(response.status == 405, "\(target)")
      #expect(response.others.contains { $0 == ("Allow", "GET, HEAD") }, "\(target)")
    }
    for method in ["PUT", "DELETE", "OPTIONS", "post", "TRACE", "FOO"] {
      var asked = Self.form("")
      asked.method = Array(method.utf8)
      let response = answers.answer(asked, at: Date())
      #expect(response.status == 405, "\(method)")
      #expect(response.others.contains { $0 == ("Allow", "GET, HEAD, POST") }, "\(method)")
    }
  }

  @Test func `what is chosen is meant, and nothing chosen never means all`() throws {
    func choice(_ text: String) throws -> TaskChoice {
      TaskChoice(try Fields(Array(text.utf8), most: Fields.mostOfForm), of: "stock")
    }
    #expect(try choice("task-1=b&task-0=%20a%22").ids == [" a\"", "b"])
    #expect(try choice("ids=a%20b/c").ids == ["a b", "c"])
    let none = try choice("state=failed&as-of=17")
    #expect(none.ids == [] && !none.isAll && none.asOf == 17 && none.filter.state == "failed")
    #expect(try choice("all=yes").isAll)
    #expect(try !choice("all=no").isAll)
    #expect(try choice("as-of=-1").asOf == nil)
  }

  @Test func `what is said to be done is said in words of ours`() {
    for done in Done.allCases {
      #expect(!done.sentence.isEmpty)
      #expect(Link.tasks("stock").with(done).text == "/tasks/stock?done=\(done.rawValue)")
      #expect(
        Link.tasks("stock", [("state", "failed")]).with(done).text
          == "/tasks/stock?state=failed&done=\(done.rawValue)")
    }
    #expect(Done(rawValue: "<b>") == nil)
  }

  private static func form(_ text: String) -> PageAnswers.Asked {
    var asked = PageAnswers.Asked()
    asked.method = Array("POST".utf8)
    asked.target = Array("/tasks/stock/retry".utf8)
    asked.users = [Array("alice".utf8)]
    asked.site = [Array("same-origin".utf8)]
    asked.contentType = [Array("application/x-www-form-urlencoded".utf8)]
    asked.body = .whole(Array(text.utf8))
    return asked
  }
}

private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
