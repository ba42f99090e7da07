import AdministrationMessages
import Foundation
import Testing

@testable import Harness
@testable import Pages

/// The pages through nginx, with the site that is installed.
@Suite(.showingLogs) struct PagesTests {
  private static let headers = [
    "content-security-policy":
      "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; "
      + "base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  ]

  private func files(of site: Site) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for folder in ["etc", "spool", "state/history", "state/keys", "state/postprocess"] {
      let all = FileManager.default.enumerator(atPath: site.folder(folder).path)
      for case let name as String in all ?? .init() where !name.hasSuffix("-shm") {
        files["\(folder)/\(name)"] = try? Data(contentsOf: site.folder("\(folder)/\(name)"))
      }
    }
    return files
  }

  @Test func `users sign in, and see every page; looking changes nothing`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let before = try files(of: site)
      let operator_ = try #require(users["operator"])
      let seen = try PageSamples.crawl(site, as: operator_) { target, reply in
        #expect(reply.status == 200, "\(target)")
        for (name, value) in Self.headers
        where reply["content-type"]?.hasPrefix("text/html") == true {
          let values = reply.headers.filter { $0.name == name }.map(\.value)
          #expect(values == [value], "\(target): \(name)")
        }
      }
      for section in Frame.Section.allCases { #expect(seen.contains(section.link.text)) }
      for part in ["/deliveries/0", "/request", "/body", "/tasks/stock/"] {
        #expect(seen.contains { $0.contains(part) }, "\(part)")
      }
      #expect(try files(of: site) == before)

      // Each look at a body or headers is noted, with who it was.
      let looks = seen.filter { $0.hasSuffix("/request") || $0.hasSuffix("/body") }
      let changes = try site.page("/settings/changes", as: operator_).text
      #expect(looks.count > 3)
      #expect(changes.matches(of: /<td>operator<\/td>/).count == looks.count)
      let lines = site.folder.text("state/changes").split(separator: "\n")
      #expect(lines.count == looks.count)
      #expect(lines.allSatisfy { $0.contains("\"user\":\"opera-1\"") })
    }
  }

  @Test func `every place refuses every method but GET and HEAD`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      let user = try #require(users["administrator"])
      try until("the spool is there") { try site.page("/tasks/stock", as: user).status == 200 }
      let before = try files(of: site)
      let places =
        Frame.Section.allCases.map(\.link.text)
        + ["/", "/webhooks/erp", "/incoming/stock", "/tasks/stock", Assets.style.link.text]
      for place in places {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO"] {
          let reply = try site.ask(place, [("LEVELWIND_USER", user.name)], method: method)
          #expect(reply.status == 405, "\(method) \(place)")
          #expect(reply["allow"] == "GET, HEAD")
        }
        // A helper that is slow under load has a 503 of its own.
        try until("HEAD of \(place) is answered") {
          let head = try site.ask(place, [("LEVELWIND_USER", user.name)], method: "HEAD")
          #expect(head.body.isEmpty, "\(place)")
          return head.status < 400
        }
      }
      #expect(try site.page("/status", as: user, "TRACE").status == 405)
      #expect(try files(of: site) == before)
    }
  }

  @Test func `nobody is somebody else`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      let alice = try #require(users["administrator"])
      // The process by itself, with what a web server could hand over.
      for parameters in [
        [], [("LEVELWIND_USER", "")],
        [("LEVELWIND_USER", "admin-1"), ("LEVELWIND_USER", "admin-1")],
        [("LEVELWIND_USER", String(repeating: "a", count: 10_000))],
        [("LEVELWIND_USER", "admin-1\u{7}")], [("HTTP_LEVELWIND_USER", "admin-1")],
        [("REMOTE_USER", "admin-1")], [("HTTP_REMOTE_USER", "admin-1")],
      ] as [[(String, String)]] {
        let reply = try site.ask("/webhooks", parameters)
        #expect(reply.status == 403, "\(parameters)")
        #expect(!reply.text.contains("/webhooks"))
      }
      // Through nginx, whatever headers say.
      let forged = [
        "LEVELWIND_USER: admin-1", "Levelwind-User: admin-1", "Remote-User: admin-1",
        "Remote_User: admin-1", "X-Remote-User: admin-1", "Levelwind-Groups: admin",
      ]
      #expect(try site.page("/status", as: nil, headers: forged).status == 401)
      let viewer = try #require(users["viewer"])
      let page = try site.page("/status", as: viewer, headers: forged).text
      #expect(page.contains("Signed in as viewe-1, viewer."))
      // Wrong passwords, and names of another form.
      let wrong = Site.PageUser(name: alice.name, password: "x" + alice.password.dropFirst())
      #expect(try site.page("/status", as: wrong).status == 401)
      #expect(try site.page("/status", as: .init(name: "admin-1", password: "")).status == 401)
      let users = site.folder.text("etc/pages.users")
      let hash = try #require(users.split(separator: "\n").first).split(separator: ":")[1]
      try site.folder.write("Öse x:\(hash)\nstranger:\(hash)\n" + users, to: "etc/pages.users")
      let first = try #require(users.split(separator: ":").first)
      #expect(first == "viewe-1")
      let odd = try site.page("/status", as: .init(name: "Öse x", password: viewer.password))
      #expect(odd.status == 403)
      // Headers of nginx's own answers.
      let refused = try site.page("/status", as: nil)
      for name in Self.headers.keys {
        #expect(refused.headers.filter { $0.name == name }.count == 1, "\(name)")
      }
      try FileManager.default.removeItem(at: site.folder("etc/pages.users"))
      #expect(try site.page("/status", as: alice).status == 403)
    }
  }

  @Test func `roles decide what is seen, and the helper decides about roles`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let (viewer, operator_) = (try #require(users["viewer"]), try #require(users["operator"]))
      let list = try site.page("/deliveries", as: viewer).text
      let place = try #require(list.firstMatch(of: #/href="(/deliveries/[0-9a-f-]{36})"/#)).1
      #expect(try site.page("\(place)", as: viewer).status == 200)
      for part in ["request", "body"] {
        let refused = try site.page("\(place)/\(part)", as: viewer)
        #expect(refused.status == 403)
        #expect(refused.text.contains("levelwind pages user add viewe-1 --role operator"))
        #expect(try site.page("\(place)/\(part)", as: operator_).status == 200)
      }
      // A search by words would tell a viewer what is in bodies.
      #expect(try site.page("/deliveries?text=word", as: viewer).status == 403)
      #expect(try site.page("/deliveries?text=word", as: operator_).text.contains(place))
      #expect(!list.contains("name=\"text\""))
      #expect(try site.page("/settings/changes", as: viewer).status == 403)
      // A user whom nginx lets in, and levelwind.yaml doesn't.
      try site.folder.write(
        site.folder.text("etc/levelwind.yaml").replacing("pages: {", with: "pages: {viewers: [], "),
        to: "etc/levelwind.yaml")
      try until("viewers are none") { try site.page("/status", as: viewer).status == 403 }
      #expect(try site.page("/status", as: operator_).status == 200)
    }
  }

  @Test func `no page, file or memory of the pages has a secret in it`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["administrator"])
      _ = try PageSamples.crawl(site, as: user) { target, reply in
        #expect(!reply.text.contains(PageSamples.marker), "\(target)")
      }
      for target in ["/webhooks/broken", "/incoming/broken", "/deliveries?text=MARKER"] {
        #expect(try !site.page(target, as: user).text.contains(PageSamples.marker), "\(target)")
      }
      for log in ["administer", "pages", "error"] {
        #expect(!site.folder.text("log/\(log).log").contains(PageSamples.marker))
      }
      #expect(!site.folder.text("state/changes").contains(PageSamples.marker))
      let pid = try #require(site.pageProcesses["pages"]?.pid)
      #expect(try Memory.contains("viewe-1", of: pid) || Memory.contains("admin-1", of: pid))
      #expect(try !Memory.contains(PageSamples.marker, of: pid))
    }
  }

  @Test func `three kinds of emptiness are told apart, and none is shown for an error`() throws {
    try Site.openPages([:]) { site, users in
      let user = try #require(users["administrator"])
      func text(_ target: String) throws -> String { try site.page(target, as: user).text }
      #expect(try text("/webhooks").contains("No webhooks yet."))
      #expect(try text("/incoming").contains("No incoming configurations yet."))
      #expect(try text("/deliveries").contains("The history has no deliveries yet."))
      for (name, file) in PageSamples.files() { try site.folder.write(file, to: "etc/\(name)") }
      try until("the webhooks are seen") { try text("/webhooks").contains("3 of 3 webhooks") }
      #expect(try text("/webhooks?name=zzz").contains("None of 3 webhooks matches"))
      #expect(try text("/webhooks?page=9").contains("shorter than that"))
      #expect(try text("/deliveries?webhook=off").contains("The history has nothing of off."))
      let unusable = try site.page("/deliveries?since=junk&id=abc%22", as: user)
      #expect(unusable.status == 400)
      #expect(unusable.text.contains("since: expected RFC 3339"))
      #expect(
        unusable.text.contains("value=\"junk\"") && unusable.text.contains("value=\"abc&quot;\""))
      for query in ["a=%zz", "a=1&a=2", "a=%00", "a=%ff"] {
        #expect(try site.page("/webhooks?\(query)", as: user).status == 400, "\(query)")
      }
      #expect(try site.page("/webhooks/nope", as: user).status == 404)
      #expect(try text("/webhooks/erq").contains("did you mean erp?"))
      try site.folder.write("base_url: [\n", to: "etc/levelwind.yaml")
      site.stopPages("administer")
      let absent = try site.page("/webhooks", as: user)
      #expect(absent.status == 503 && absent["retry-after"] == "10")
      #expect(absent.text.contains("systemctl status levelwind-administer.socket"))
      try site.startHelper()
      try until("the helper answers") {
        try site.page("/webhooks", as: user).text.contains("the configuration can&#39;t be used")
      }
    }
  }
}

/// The memory of a process.
enum Memory {
  static func contains(_ text: String, of pid: pid_t) throws -> Bool {
    let script = """
      import re,sys
      pid, text = sys.argv[1], sys.argv[2].encode()
      memory = open(f'/proc/{pid}/mem', 'rb')
      for line in open(f'/proc/{pid}/maps'):
          part = re.match(r'([0-9a-f]+)-([0-9a-f]+) r', line)
          if not part: continue
          start, end = int(part[1], 16), int(part[2], 16)
          try:
              memory.seek(start)
              if text in memory.read(end - start): print('found'); break
          except (OSError, ValueError, OverflowError): pass
      """
    return try Tool.run("python3", ["-c", script, "\(pid)", text]).text.contains("found")
  }
}
