import AdministrationMessages
import Foundation
import Testing

@testable import Harness
@testable import Pages

/// Pages over what others write, and over a peer that means harm.
@Suite(.showingLogs) struct HostilePagesTests {
  /// Parses each page strictly, and prints its tree without texts.
  private static let parser = """
    import sys, json, html5lib
    from html5lib.constants import namespaces
    pages = json.load(sys.stdin)
    for name, text in pages.items():
        parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=False)
        tree = parser.parse(text)
        for error in parser.errors: print('ERROR', name, error[1], error[0])
        ids = [e.get('id') for e in tree.iter() if e.get('id')]
        for one in set(ids):
            if ids.count(one) > 1: print('TWICE', name, one)
        labels = {e.get('for') for e in tree.iter('label')}
        for e in tree.iter():
            if not isinstance(e.tag, str): print('COMMENT', name); continue
            if e.tag in ('input', 'select', 'textarea') and e.get('type') != 'hidden' and e.get('id') not in labels and not e.get('aria-label'):
                print('UNLABELLED', name, e.get('name'))
            allowed = {'href','src','rel','lang','charset','name','content','class','id','type','value','for',
                'autocomplete','spellcheck','pattern','maxlength','inputmode','aria-invalid','role','aria-label','aria-labelledby','aria-current','aria-describedby','tabindex','scope','hidden',
                'data-copies','readonly','method','action','selected','defer','datetime','autofocus','width',
                'checked','formaction','formmethod','rows','height','viewbox','viewBox','x','y','x1','x2','y1','y2','fill','d','points','text-anchor','xmlns'}
            for key in e.attrib:
                if key not in allowed: print('ATTRIBUTE', name, e.tag, key)
            if e.tag in ('script', 'style', 'iframe', 'object', 'embed', 'form', 'a', 'img', 'button'):
                for key in ('src', 'href', 'action', 'formaction'):
                    value = e.get(key)
                    if value is not None and not (value.startswith('/') or value.startswith('#')):
                        print('LINK', name, value)
            if e.tag == 'script' and (e.text or not e.get('src')): print('SCRIPT', name)
        print('TAGS', name, json.dumps([e.tag for e in tree.iter() if isinstance(e.tag, str)]))
    """

  /// Returns the tags of each page, by its place, and complains about everything else.
  private func trees(_ pages: [String: String]) throws -> [String: String] {
    let input = Array(try JSONSerialization.data(withJSONObject: pages))
    let said = try Tool.run("/usr/bin/python3", ["-c", Self.parser], input: input)
    try #require(said.status == 0, "\(said.errors)")
    var tags: [String: String] = [:]
    for line in said.text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 2)
      if parts[0] == "TAGS" {
        tags[String(parts[1])] = String(parts[2])
      } else {
        Issue.record("\(line)")
      }
    }
    return tags
  }

  private func pages(_ hostile: String) throws -> [String: String] {
    var pages: [String: String] = [:]
    let files = PageSamples.files(
      name: hostile.isEmpty ? "Shop" : hostile, description: hostile.isEmpty ? "Orders" : hostile)
    try Site.openPages(files) { site, users in
      try PageSamples.deliver(site, hostile: hostile)
      let user = try #require(users["administrator"])
      try until("the pages show what the responder has counted") {
        let spools = try site.page("/tasks", as: user).text
        return spools.contains("state=failed\">1</a>")
          && spools.contains("/tasks/audit?state=new\">1</a>")
      }
      let list = try site.page("/deliveries", as: user).text
      let ids = list.matches(of: #/href="/deliveries/([0-9a-f-]{36})"/#).map { String($0.1) }
      let tasks = try site.page("/tasks/stock?state=failed", as: user).text
      let task = try #require(tasks.firstMatch(of: #/href="/tasks/stock/([0-9a-f-]{36})"/#)).1
      let odd = try site.page("/tasks/stock?state=new", as: user).text
      let importer = try #require(odd.firstMatch(of: #/href="(/tasks/stock/a%[^"]*)"/#)).1
      let query = String(
        decoding: FormText.encoded(hostile.isEmpty ? "zzz" : hostile), as: UTF8.self)
      for (name, target) in [
        ("status", "/status"), ("webhooks", "/webhooks"), ("webhook", "/webhooks/erp"),
        ("broken", "/webhooks/broken"), ("incomings", "/incoming"), ("incoming", "/incoming/stock"),
        ("deliveries", "/deliveries"), ("accepted", "/deliveries/\(ids[1])"),
        ("refused", "/deliveries/\(ids[0])"), ("request", "/deliveries/\(ids[1])/request"),
        ("spools", "/tasks"), ("tasks", "/tasks/stock"), ("task", "/tasks/stock/\(task)"),
        ("body", "/tasks/stock/\(task)/request"), ("importer", String(importer)),
        ("info", "/settings/info"), ("users", "/settings/users"),
        ("changes", "/settings/changes"), ("filtered", "/webhooks?name=\(query)"),
        ("unusable", "/deliveries?since=\(query)&id=\(query)"),
        ("reasons", "/tasks/stock?reason=\(query)"), ("missing", "/webhooks/\(query)"),
        ("nowhere", "/\(query)"), ("retry", "/tasks/stock/retry?all=yes"),
        ("purge", "/tasks/stock/\(task)/purge"), ("no-choice", "/tasks/stock/retry"),
        ("again", "/deliveries/again?verdict=refused"),
        ("again-one", "/deliveries/\(ids[1])/again"),
        ("again-odd", "/deliveries/again?id=\(query)&to=\(query)"),
        ("explain", "/webhooks/erp/explain"),
        ("nowhere", "/\(query)"), ("edit", "/webhooks/erp/edit"),
        ("fields", "/webhooks/erp/fields"), ("incoming-fields", "/incoming/stock/fields"),
        ("entry", "/webhooks/erp/fields?part=pre_processors%5B0%5D"),
        ("off-edit", "/webhooks/off/edit"), ("delete", "/webhooks/erp/delete"),
        ("duplicate", "/webhooks/erp/duplicate"), ("secrets", "/webhooks/erp/secrets"),
        ("senders", "/new/webhook?search=\(query)"),
        (
          "new", "/new/webhook?check=header&name=\(query)&incoming=\(query)"
        ),
        ("new-incoming", "/new/incoming"),
      ] {
        let reply = try site.page(target, as: user)
        #expect(reply["content-type"] == "text/html; charset=utf-8", "\(name)")
        #expect(reply["location"] == nil)
        pages[name] = reply.text
      }
      // What a form brings along is said back as text, too.
      let text = "POST / HTTP/1.1\r\nX: \(hostile.filter { $0.isASCII })\r\n\r\n\(hostile)"
      for (name, target, fields) in [
        ("explained", "/webhooks/erp/explain", ["request": text, "remote": hostile]),
        ("unreadable", "/webhooks/erp/explain", ["request": "x \(hostile)"]),
        ("unasked", "/tasks/stock/retry", ["task-0": hostile, "as-of": "1", "x": hostile]),
      ] {
        let reply = try site.send(fields, to: target, as: user)
        #expect(reply["content-type"] == "text/html; charset=utf-8", "\(name)")
        pages[name] = reply.text
      }
    }
    return pages
  }

  @Test func `hostile text is text on every page: the trees are those of harmless text`() throws {
    let (plain, hostile) = (try trees(try pages("")), try trees(try pages(Hostile.all)))
    #expect(plain.count == 44)
    #expect(Set(plain.keys) == Set(hostile.keys))
    for (name, tags) in plain {
      // Where a text is cut or an empty one has no element, the number of blocks may differ.
      // A value that can't be shown as it is has no field.
      let isShort = [
        "filtered", "reasons", "missing", "nowhere", "again-odd", "fields", "incoming-fields",
      ].contains(name)
      guard !isShort else { continue }
      #expect(hostile[name] == tags, "\(name)")
    }
  }

  @Test func `no parameter reaches a header`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["administrator"])
      let split = "%0d%0aSet-Cookie:%20x=1%0d%0a%0d%0a<script>"
      for target in [
        "/\(split)", "/webhooks/\(split)", "/webhooks?name=\(split)", "/deliveries/\(split)/body",
        "/tasks/stock/\(split)/body", "/tasks/\(split)", "//evil.example/", "/?next=//evil.example",
        "/status?x=\(split)", "/deliveries?before=\(split)", "/tasks/stock/..%2f..%2fetc/body",
      ] {
        let reply = try site.page(target, as: user)
        #expect(reply["set-cookie"] == nil, "\(target)")
        #expect(reply["location"] == nil || reply["location"]?.hasSuffix("/status") == true)
        #expect(reply.status != 200 || target.hasPrefix("/webhooks?") || target.contains("?"))
      }
    }
  }

  @Test func `the helper refuses what no page writes, and others are still served`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      let user = try #require(users["viewer"])
      let question = AdministrationQuestion(
        user: "viewe-1", groups: [], request: "", .webhook(identifier: "erp"))
      let answer = try #require(AdministrationAnswer(try Helper.ask(site, question.bytes)))
      guard case .webhook(let shown) = answer.content else {
        throw NotYet(description: "\(answer)")
      }
      #expect(shown.line.identifier == "erp" && answer.role == .viewer)
      let text = String(decoding: question.bytes, as: UTF8.self)
      for junk in [
        "", "{", "junk", text + "{}", text.replacing("\"user\"", with: "\"x\":1,\"user\""),
        text.replacing("webhook", with: "purge"), String(repeating: "x", count: 2 << 20),
      ] {
        let said = try Helper.ask(site, Array(junk.utf8))
        let content = AdministrationAnswer(said)?.content
        if case .failed? = content { continue }
        #expect(said.isEmpty && junk.count > 1 << 20, "\(junk.prefix(50))")
      }
      for user in [
        "viewe-1'", "", "Admin-1", "../x", String(repeating: "a", count: 100), "*", "@x",
      ] {
        let asked = AdministrationQuestion(user: user, groups: [], request: "", .status)
        let said = AdministrationAnswer(try Helper.ask(site, asked.bytes))
        guard case .forbidden? = said?.content else { throw NotYet(description: "\(user) got in") }
      }
      for name in [
        "../x", "x/../../y", ".", "..", "", "\u{0}", "erp\u{0}", String(repeating: "a", count: 101),
        "ERP", "erp ", "/etc/passwd", "stock/../stock",
      ] {
        for verb in [
          AdministrationQuestion.Verb.webhook(identifier: name), .incoming(identifier: name),
          .task(incoming: name, id: "a"), .task(incoming: "stock", id: name), .delivery(id: name),
        ] {
          let asked = AdministrationQuestion(user: "viewe-1", groups: [], request: "", verb)
          let said = AdministrationAnswer(try Helper.ask(site, asked.bytes))
          guard case .missing? = said?.content else {
            Issue.record("\(verb): \(String(describing: said?.content))")
            continue
          }
        }
      }
      // Two hundred that say nothing hold up nobody.
      let silent = try (0..<200).map { _ in try Helper(site) }
      #expect(try site.page("/status", as: user).status == 200)
      withExtendedLifetime(silent) {}
    }
  }

  @Test func `many at once get their pages while deliveries come in`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      let failures = Failures()
      // Each thread only runs curl, with what never changes.
      nonisolated(unsafe) let site = site
      DispatchQueue.concurrentPerform(iterations: 64) { number in
        let target = number.isMultiple(of: 2) ? "/deliveries?text=word" : "/tasks/stock?webhook=erp"
        let status = (try? site.page(target, as: user).status) ?? 0
        // The limit of nginx holds for all who come through one address.
        if status != 200, status != 429 { failures.add("\(target): \(status)") }
        if number.isMultiple(of: 8) {
          let taken = try? site.post(
            "/webhook/erp", Array(#"{"total":1}"#.utf8),
            headers: ["X-Webhook-Secret: \(Sample.secret + PageSamples.marker)"])
          if taken?.status != 200 { failures.add("delivery: \(taken?.status ?? 0)") }
        }
      }
      #expect(failures.all == [])
    }
  }
}

/// Texts for a query.
private enum FormText {
  static func encoded(_ text: String) -> [UInt8] {
    text.utf8.flatMap { byte -> [UInt8] in
      let isPlain = 0x61...0x7a ~= byte || 0x30...0x39 ~= byte
      let digits = String(byte, radix: 16)
      return isPlain ? [byte] : Array("%\(digits.count == 1 ? "0" : "")\(digits)".utf8)
    }
  }
}

/// What failed, from several threads.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var texts: [String] = []
  var all: [String] { lock.withLock { texts } }
  func add(_ text: String) { lock.withLock { texts.append(text) } }
}

/// One connection to the helper of a site.
private final class Helper {
  private let descriptor: Int32

  init(_ site: Site) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: site.helperSocket.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw NotYet(description: "connect: \(errno)") }
  }

  deinit { close(descriptor) }

  /// Sends bytes, and returns the whole answer.
  static func ask(_ site: Site, _ bytes: [UInt8]) throws -> [UInt8] {
    let helper = try Helper(site)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(helper.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    shutdown(helper.descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(helper.descriptor, &piece, piece.count, 0)
      guard count > 0 else { return answer }
      answer += piece[..<count]
    }
  }
}
