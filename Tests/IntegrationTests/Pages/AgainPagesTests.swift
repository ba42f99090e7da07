import Foundation
import Testing

@testable import Harness

/// Deliveries are brought back on the pages, and requests explained.
@Suite(.showingLogs) struct AgainPagesTests {
  @Test func `deliveries that a wrong secret refused come in when it is mended`() throws {
    try Site.openPages(SignedShop.files) { site, users in
      let user = try #require(users["operator"])
      for number in 1...3 { #expect(try SignedShop.send(site, number) == 401) }
      try until("the history has them") {
        let said = try site.command("delivery", "list", "--json")
        return said.text.split(separator: "\n").count == 3
      }
      let plan = "/deliveries/again?webhook=shop&verdict=refused"
      let before = try site.page(plan, as: user).text
      #expect(before.contains("Nothing would be brought back.") && before.contains("3 refused"))
      #expect(try site.send(["webhook": "shop"], to: "/deliveries/again", as: user).status == 400)
      try SignedShop.mend(site)
      let text = try site.page(plan, as: user).text
      #expect(text.contains("3 deliveries pass by today"))
      #expect(text.contains("<dt>stock</dt><dd>3</dd>"))
      let list = try site.page("/deliveries?webhook=shop&verdict=refused", as: user).text
      #expect(list.contains("Bring back all that match"))
      let id = try #require(list.firstMatch(of: #/href="/deliveries/([0-9a-f-]{36})"/#)).1
      // One by its page, then the others by the plan, which leaves that one out.
      let one = try site.page("/deliveries/\(id)/again", as: user).text
      #expect(one.contains("pre-processor 1, sender: passed"))
      let fields = try PageForm.fields(of: one, action: "/deliveries/\(id)/again")
      let back = try site.send(fields, to: "/deliveries/\(id)/again", as: user)
      #expect(back.status == 303, "\(back.text)")
      #expect(back["location"] == "/deliveries/\(id)?done=back")
      let shown = try site.page("/deliveries/\(id)?done=back", as: user).text
      #expect(shown.contains("It is brought back") && shown.contains("<dt>brought back</dt>"))
      #expect(shown.contains("levelwind delivery send \(id) --to URL"))
      let rest = try site.page(plan, as: user).text
      #expect(rest.contains("2 deliveries pass") && rest.contains("1 left out: brought back"))
      let all = try PageForm.fields(of: rest, action: "/deliveries/again")
      #expect(try site.send(all, to: "/deliveries/again", as: user).status == 303)
      #expect(site.folder.names(in: "spool/stock/new").count == 3)
      // A second click makes nothing twice.
      let again = try site.send(all, to: "/deliveries/again", as: user)
      #expect(again.status == 200 && again.text.contains("Nothing was brought back"))
      #expect(site.folder.names(in: "spool/stock/new").count == 3)
      let changes = try site.page("/settings/changes", as: user).text
      #expect(changes.contains("2 deliveries") && changes.contains("not done: none passes"))
      for page in [before, text, one, shown, changes] {
        #expect(!page.contains(SignedShop.secret) && !page.contains("wrong-"))
      }
    }
  }

  @Test func `to one incoming configuration alone needs a yes of its own`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      let list = try site.page("/deliveries?verdict=accepted", as: user).text
      let id = try #require(list.firstMatch(of: #/href="/deliveries/([0-9a-f-]{36})"/#)).1
      let place = "/deliveries/\(id)/again"
      let refused = try site.page(place, as: user).text
      #expect(refused.contains("its secret was not kept"))
      let plan = try site.page("\(place)?to=audit", as: user).text
      #expect(plan.contains("1 delivery passes"))
      let fields = try PageForm.fields(of: plan, action: place)
      #expect(fields["verified"] == "yes" && fields["to"] == "audit")
      var without = fields
      without["verified"] = nil
      let answer = try site.send(without, to: place, as: user)
      #expect(answer.status == 400 && answer.text.contains("taken as verified"))
      let spool = site.folder.names(in: "spool/audit/new").count
      #expect(try site.send(fields, to: place, as: user).status == 303)
      #expect(site.folder.names(in: "spool/audit/new").count == spool + 1)
      let again = try site.send(fields, to: place, as: user)
      #expect(again.status == 200 && again.text.contains("Nothing was brought back"))
      #expect(site.folder.names(in: "spool/audit/new").count == spool + 1)
      #expect(try site.page("\(place)?to=nowhere", as: user).status == 400)
      let viewer = try #require(users["viewer"])
      #expect(try site.page(place, as: viewer).status == 403)
      #expect(try site.send(fields, to: place, as: viewer).status == 403)
    }
  }

  @Test func `a pasted request is explained check by check, and changes nothing`() throws {
    try Site.openPages(SignedShop.files) { site, users in
      try SignedShop.mend(site)
      let user = try #require(users["operator"])
      let place = "/webhooks/shop/explain"
      #expect(try site.page(place, as: user).text.contains("<textarea"))
      // The body has a line end of its own, which a browser sends as CR LF.
      let body = "{\"order\":\n17}"
      let request = """
        POST /webhook/shop HTTP/1.1
        Content-Type: application/json
        Content-Length: \(body.utf8.count)
        X-Hub-Signature-256: sha256=\(try SignedShop.signature(of: body))

        \(body)
        """
      func explain(_ text: String) throws -> Reply {
        let pasted = text.replacing("\n", with: "\r\n")
        return try site.send(["request": pasted, "remote": ""], to: place, as: user)
      }
      let good = try explain(request)
      #expect(good.status == 200)
      #expect(good.text.contains("pre-processor 1, sender: passed"), "\(good.text)")
      #expect(good.text.contains("A task for stock") && good.text.contains("&quot;order&quot;:"))
      let bad = try explain(request.replacing("sha256=", with: "sha256=0")).text
      #expect(bad.contains("rejected by sender") && !bad.contains(SignedShop.secret))
      let junk = try explain("hello <b>")
      #expect(junk.status == 400 && junk.text.contains("hello &lt;b&gt;</textarea>"))
      #expect(junk.text.contains("an HTTP/1.1 request"))
      #expect(site.folder.names(in: "spool/stock/new") == [])
      #expect(site.folder.text("state/changes").contains("explained a request to"))
      let viewer = try #require(users["viewer"])
      #expect(try site.page(place, as: viewer).status == 403)
    }
  }
}

/// A webhook whose sender signs, and whose secret here is wrong at first.
enum SignedShop {
  static let secret = "right-secret-of-the-shop"

  static let files = [
    "secrets/shop": "wrong-secret-of-the-shop\n", "incoming/stock.yaml": "name: Stock\n",
    "webhooks/shop.yaml": """
    name: Shop
    incoming: stock
    history: {for: 7d, bytes: 64MiB}
    pre_processors: [{type: sender, sender: github, secrets: [{secret: shop}]}]

    """,
  ]

  static func signature(of body: String) throws -> String {
    let said = try Tool.run(
      "openssl", ["dgst", "-sha256", "-hmac", secret, "-r"], input: Array(body.utf8))
    return String(said.text.prefix(64))
  }

  /// Sends a delivery as the shop would, and returns the status.
  static func send(_ site: Site, _ number: Int) throws -> Int {
    let body = "{\"order\":\(number)}"
    return try site.post(
      "/webhook/shop", Array(body.utf8),
      headers: [
        "Content-Type: application/json", "X-GitHub-Delivery: d-\(number)",
        "X-Hub-Signature-256: sha256=\(try signature(of: body))",
      ]
    ).status
  }

  /// Puts the right secret in place, as an administrator would.
  static func mend(_ site: Site) throws {
    try site.folder.write(secret + "\n", to: "etc/secrets/shop")
    let said = try site.command("reload")
    try #require(said.status == 0, "\(said.errors)")
  }
}
