import Foundation
import Testing

@testable import Harness

/// What administrators change on the pages, through nginx with the site that is installed.
@Suite(.showingLogs) struct ConfiguringPagesTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/erp.yaml": """
    # Ours.
    name: ERP
    incoming: stock
    logging: true
    history: {for: 7d, bytes: 64MiB}
    pre_processors:
      - {type: header, name: X-Webhook-Secret, secrets: [{secret: erp}]}

    """,
    "secrets/erp": Sample.secret + "\n",
  ]

  /// Sends the form of a page as a browser would, with some fields changed.
  private func send(
    _ page: String, to action: String, as user: Site.PageUser, _ changed: [String: String?] = [:],
    in site: Site
  ) throws -> Reply {
    // The roles of new users are known a moment later.
    try until("there is a form for \(action)") {
      try site.page(page, as: user).text.contains("action=\"\(action)\"")
    }
    let text = try site.page(page, as: user).text
    var fields = try PageForm.fields(of: text, action: action)
    for (name, value) in changed { fields[name] = value }
    return try site.send(fields, to: action, as: user)
  }

  private func post(_ secret: String, _ site: Site, _ webhook: String = "erp") throws -> Int {
    try site.post(
      "/webhook/\(webhook)", Array("{}".utf8), headers: ["X-Webhook-Secret: \(secret)"]
    ).status
  }

  @Test func `a webhook is switched off and on, and the next page shows what is loaded`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["operator"])
      let off = try send("/webhooks/erp", to: "/webhooks/erp/disable", as: user, in: site)
      #expect(off.status == 303 && off["location"] == "/webhooks/erp?done=disabled")
      #expect(try post(Sample.secret, site) == 404)
      let page = try site.page("/webhooks/erp?done=disabled", as: user).text
      #expect(page.contains(">disabled<") && page.contains("It is disabled"))
      #expect(
        site.folder.text("etc/webhooks/erp.yaml").contains("# Ours.\nname: ERP\ndisabled: true"))
      let on = try send("/webhooks/erp", to: "/webhooks/erp/enable", as: user, in: site)
      #expect(on.status == 303)
      #expect(try post(Sample.secret, site) == 200)
      // Operators change nothing else, and see no button for it.
      #expect(!page.contains("/webhooks/erp/edit"))
      for place in ["/webhooks/erp/edit", "/webhooks/erp/delete", "/new/webhook"] {
        #expect(try site.page(place, as: user).status == 403, "\(place)")
      }
      let changes = try site.page("/settings/changes", as: user).text
      #expect(changes.contains("<td>disabled</td>") && changes.contains("<td>enabled</td>"))
    }
  }

  @Test func `a webhook is made, its secret is told once, and a reload makes no other`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      let choice = try site.page("/new/webhook?search=shopi", as: user).text
      #expect(choice.contains("/new/webhook?check=sender&amp;sender=shopify"))
      #expect(!choice.contains("sender=github"))
      let fields = [
        "name": "Shop", "incoming": "orders", "make-incoming": "yes", "additional": "stock",
        "logging": "yes", "history": "yes", "identifier": "", "description": "Orders",
        "origin": "made", "value-name": "X-Shop",
      ]
      let made = try send(
        "/new/webhook?check=header", to: "/new/webhook", as: user,
        fields.mapValues { $0 as String? }.merging(["disabled": nil]) { $1 }, in: site)
      #expect(made.status == 200 && made["cache-control"] == "no-store")
      let secret = site.folder.text("etc/secrets/shop").trimmingCharacters(in: .newlines)
      #expect(secret.count == 43 && made.text.contains("value=\"\(secret)\""))
      #expect(made.text.contains("https://localhost:\(site.port)/webhook/shop"))
      #expect(
        try site.post(
          "/webhook/shop", Array("{}".utf8), headers: ["X-Shop: \(secret)"]
        ).status == 200)
      let again = try send(
        "/new/webhook?check=header", to: "/new/webhook", as: user,
        fields.mapValues { $0 as String? }, in: site)
      #expect(again.status == 400 && again.text.contains("is there already"))
      #expect(again.text.contains("value=\"Orders\"") && !again.text.contains(secret))
      #expect(site.folder.names(in: "etc/webhooks").sorted() == ["erp.yaml", "shop.yaml"])
      for page in ["/webhooks/shop", "/webhooks/shop/edit", "/webhooks/shop/secrets"] {
        #expect(try !site.page(page, as: user).text.contains(secret), "\(page)")
      }
      let exported = try site.page("/webhooks/shop/export", as: user)
      #expect(exported["content-disposition"] == "attachment; filename=\"shop.tar\"")
      #expect(Array(exported.text.utf8) == (try site.command("webhook", "export", "shop").output))
      #expect(exported.text.contains("incoming/stock.yaml") && !exported.text.contains(secret))
    }
  }

  @Test func `a file is edited with its errors above, and two administrators meet`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      let place = "/webhooks/erp/edit"
      let text = site.folder.text("etc/webhooks/erp.yaml")
      let wrong = try send(
        place, to: place, as: user, ["text": text.replacing("name: ERP", with: "nane: ERP")],
        in: site)
      #expect(wrong.status == 400 && wrong.text.contains("Line 2"))
      #expect(wrong.text.contains("nane: ERP") && wrong.text.contains("<title>Error: "))
      let page = try site.page(place, as: user).text
      let seen = try PageForm.fields(of: page, action: place)
      #expect(page.contains("# Ours.\nname: ERP\n"))
      let saved = try site.send(
        seen.merging(["text": text.replacing("name: ERP", with: "name: Stock of ERP")]) { $1 },
        to: place, as: user)
      #expect(saved.status == 303 && saved["location"] == "/webhooks/erp?done=saved")
      #expect(try site.page("/webhooks/erp", as: user).text.contains("<h1>Stock of ERP</h1>"))
      let second = try site.send(
        seen.merging(["text": "name: Mine\n"]) { $1 }, to: place, as: user)
      #expect(second.status == 409 && second.text.contains("It was changed since you looked"))
      #expect(second.text.contains("name: Mine"))
      let program = text + "post_processors: [{type: exec, command: [/bin/sh]}]\n"
      let guarded = try send(place, to: place, as: user, ["text": program], in: site)
      #expect(guarded.status == 403 && guarded.text.contains("levelwind webhook edit erp"))
      #expect(!site.folder.text("etc/webhooks/erp.yaml").contains("/bin/sh"))
    }
  }

  @Test func `fields change what they name, with errors at the field, and entries come and go`()
    throws
  {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      let place = "/webhooks/erp/fields"
      func text() -> String { site.folder.text("etc/webhooks/erp.yaml") }
      let before = text()
      let wrong = try send(
        place, to: place, as: user, ["value-history.for": "seven days"], in: site)
      #expect(wrong.status == 400 && wrong.text.contains("href=\"#value-history.for\""))
      #expect(wrong.text.contains("value=\"seven days\"") && wrong.text.contains("aria-invalid"))
      #expect(text() == before)
      let saved = try send(
        place, to: place, as: user,
        ["value-name": "ERP of Oslo", "value-history.for": "30d"], in: site)
      #expect(saved["location"] == "/webhooks/erp?done=saved")
      #expect(
        text()
          == before.replacing("name: ERP", with: "name: ERP of Oslo")
          .replacing("for: 7d", with: "for: 30d"))
      // A new entry, with a secret that is told once.
      let kinds = try site.page("\(place)?part=pre_processors%5B1%5D", as: user).text
      #expect(kinds.contains("type=query_token"))
      let new = "\(place)?part=pre_processors%5B1%5D&type=query_token"
      let made = try send(new, to: place, as: user, ["value-parameter": "key"], in: site)
      let secret = site.folder.text("etc/secrets/erp-1").trimmingCharacters(in: .newlines)
      #expect(made.status == 200 && secret.count == 43 && made.text.contains(secret))
      #expect(text().contains("{type: query_token, parameter: key, secrets: [{secret: erp-1}]}"))
      #expect(try post(Sample.secret, site) == 401)
      #expect(
        try site.post(
          "/webhook/erp?key=\(secret)", Array("{}".utf8),
          headers: ["X-Webhook-Secret: \(Sample.secret)"]
        ).status == 200)
      let entry = "\(place)?part=pre_processors%5B1%5D"
      let removed = try send(entry, to: "/webhooks/erp/remove", as: user, in: site)
      #expect(removed["location"] == "\(place)?done=saved")
      #expect(try post(Sample.secret, site) == 200)
    }
  }

  @Test func `a secret is rotated, on evidence`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      let place = "/webhooks/erp/secrets"
      let added = try send(place, to: place, as: user, ["secret": ""], in: site)
      #expect(added.status == 200)
      let new = site.folder.text("etc/secrets/erp-1").trimmingCharacters(in: .newlines)
      #expect(new.count == 43 && added.text.contains("value=\"\(new)\""))
      #expect(try post(Sample.secret, site) == 200)
      #expect(try post(new, site) == 200)
      let status = try site.page("/webhooks/erp", as: user)
      #expect(!status.text.contains(new))
      let end = "/webhooks/erp/retire"
      try until("the match is counted") {
        try site.page("/webhooks/erp", as: user).text
          .contains(#/<td class="number">1</td><td><time[^>]*>[^<]*</time></td><td>never/#)
      }
      let refused = try send(place, to: end, as: user, ["sure": nil, "removed": nil], in: site)
      #expect(refused.status == 400 && refused.text.contains("matched within seven days"))
      let ended = try send(place, to: end, as: user, ["removed": nil], in: site)
      #expect(ended["location"] == "/webhooks/erp?done=retired" || ended.text.contains("is ended"))
      #expect(try post(Sample.secret, site) == 401)
      #expect(try post(new, site) == 200)
      let last = try site.page(place, as: user).text
      #expect(last.contains("erp-1"))
    }
  }

  @Test func `a webhook is copied and deleted, and an incoming configuration made`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      let copied = try send(
        "/webhooks/erp/duplicate", to: "/webhooks/erp/duplicate", as: user, ["name": "ERP of Oslo"],
        in: site)
      #expect(copied.status == 200 && copied.text.contains("/webhook/erp-of-oslo"))
      #expect(site.folder.text("etc/webhooks/erp-of-oslo.yaml").contains("name: ERP of Oslo"))
      #expect(try post(Sample.secret, site, "erp-of-oslo") == 200)
      let place = "/webhooks/erp-of-oslo/delete"
      try until("the delivery is counted") {
        try site.page("/webhooks/erp-of-oslo", as: user).text.contains("1 accepted")
      }
      let refused = try send(place, to: place, as: user, ["sure": nil], in: site)
      #expect(refused.status == 400 && refused.text.contains("within seven days"))
      let deleted = try send(place, to: place, as: user, in: site)
      #expect(deleted["location"] == "/webhooks?done=deleted")
      #expect(try post(Sample.secret, site, "erp-of-oslo") == 404)
      #expect(try site.page(place, as: user).status == 404)
      let used = try send(
        "/incoming/stock/delete", to: "/incoming/stock/delete", as: user, in: site)
      #expect(used.status == 503 && used.text.contains("webhooks/erp.yaml"))
      let made = try send(
        "/new/incoming", to: "/new/incoming", as: user,
        ["name": "Audit", "filter": ".data.body.total > 100"], in: site)
      #expect(made["location"] == "/incoming?done=created")
      #expect(try site.page("/incoming/audit", as: user).text.contains(".data.body.total &gt; 100"))
    }
  }

  @Test func `without the helper nothing is lost, and the page says how to find it`() throws {
    try Site.openPages(Self.files) { site, users in
      let user = try #require(users["administrator"])
      try until("the role is known") {
        try site.page("/webhooks/erp", as: user).text.contains("/webhooks/erp/disable")
      }
      let form = try PageForm.fields(
        of: try site.page("/webhooks/erp", as: user).text, action: "/webhooks/erp/disable")
      site.stopPages("configure")
      let reply = try site.send(form, to: "/webhooks/erp/disable", as: user)
      #expect(reply.status == 503)
      #expect(reply.text.contains("systemctl status levelwind-configure.socket"))
      #expect(try site.page("/webhooks/erp", as: user).text.contains(">active<"))
    }
  }
}
