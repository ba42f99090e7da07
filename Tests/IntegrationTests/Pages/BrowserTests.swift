import Foundation
import Testing

@testable import Harness
@testable import Pages

/// The pages in Chromium, as people use them.
@Suite(
  .showingLogs,
  .needs(
    Facility("chromium-headless-shell and chromium-driver", isThere: Browser.isThere),
    toProve: "what pages are in a browser"))
struct BrowserTests {
  private static let tab = "\u{e004}"
  private static let enter = "\u{e007}"

  /// What is wrong with the page that is shown, in words; empty if all is well. It runs beside the
  /// page, also where the page itself may run no script.
  private static let faults = """
    (() => {
      const faults = [];
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth > width) faults.push('wider than the screen');
      if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
      const levels = [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1]);
      levels.forEach((level, i) => { if (i && level > levels[i - 1] + 1) faults.push('heading left out'); });
      for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea')) {
        if (!e.labels?.length && !e.getAttribute('aria-label')) faults.push('no label: ' + e.name);
      }
      for (const e of document.querySelectorAll('a,button')) {
        if (e.checkVisibility() && !e.textContent.trim()) faults.push('no words: ' + e.outerHTML);
      }
      for (const e of document.querySelectorAll('button,select,textarea,input')) {
        const box = e.getBoundingClientRect();
        if (e.checkVisibility() && box.height < 24) faults.push('too small: ' + e.outerHTML);
      }
      const colour = text => (text.match(/[\\d.]+/g) || []).map(Number);
      const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
      const behind = e => {
        for (; e; e = e.parentElement) {
          const c = colour(getComputedStyle(e).backgroundColor);
          if (c.length === 3 || c[3] > 0) return c;
        }
        return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
      };
      for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || ['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName)) continue;
        const style = getComputedStyle(e);
        const text = e instanceof SVGElement ? style.fill : style.color;
        const [a, b] = [light(colour(text)), light(behind(e))].sort((x, y) => y - x);
        if ((a + .05) / (b + .05) < 4.5) faults.push('faint: ' + e.outerHTML.slice(0, 120));
      }
      return faults.slice(0, 5).join('; ');
    })()
    """

  @Test(arguments: [true, false])
  func `every page is read in the dark and in the light, wide and narrow`(hasScript: Bool) throws {
    try Site.openPages(PageSamples.files(name: Hostile.all)) { site, users in
      try PageSamples.deliver(site, hostile: Hostile.all)
      let user = try #require(users["administrator"])
      let browser = try Browser(site, as: user, hasScript: hasScript)
      defer { browser.close() }
      let list = try site.page("/deliveries", as: user).text
      let delivery = try #require(list.firstMatch(of: #/href="(/deliveries/[0-9a-f-]{36})"/#)).1
      let tasks = try site.page("/tasks/stock?state=failed", as: user).text
      let task = try #require(tasks.firstMatch(of: #/href="(/tasks/stock/[0-9a-f-]{36})"/#)).1
      let places =
        Frame.Section.allCases.map(\.link.text)
        + [
          "/webhooks/erp", "/webhooks/broken", "/incoming/stock", "\(delivery)",
          "\(delivery)/request", "/tasks/stock", "\(task)", "\(task)/request",
          "/deliveries?since=junk", "/nowhere", "/tasks/stock/retry?all=yes&state=failed",
          "\(task)/purge", "/tasks/stock/purge", "/deliveries/again?verdict=refused",
          "\(delivery)/again?to=audit", "/webhooks/erp/explain",
          "/deliveries?since=junk", "/nowhere", "/webhooks/erp/edit", "/webhooks/off/edit",
          "/webhooks/erp/fields", "/webhooks/erp/fields?part=pre_processors%5B0%5D",
          "/webhooks/erp/delete", "/webhooks/erp/duplicate", "/webhooks/erp/secrets",
          "/new/webhook", "/new/webhook?check=hmac", "/new/incoming",
        ]
      let pictures = ProcessInfo.processInfo.environment["LEVELWIND_PICTURES"]
      for place in places {
        try browser.go(place)
        for (width, isDark) in [(1280, false), (320, true)] {
          try browser.look(width: width, isDark: isDark)
          let faults = try browser.evaluate(Self.faults) as? String
          #expect(faults == "", "\(place) at \(width), \(isDark ? "dark" : "light")")
          if let pictures, hasScript {
            let name = place.replacing("/", with: "_").prefix(40)
            try browser.picture().write(
              to: URL(filePath: "\(pictures)/\(name)-\(width).png"))
          }
        }
        #expect(try browser.title.hasSuffix("– Levelwind"), "\(place)")
        let copies =
          try browser.evaluate(
            "document.querySelectorAll('button[data-copies]:not([hidden])').length") as? Int
        let hasURL = ["/webhooks", "/webhooks/erp", "/settings/info"].contains(place)
        if hasURL { #expect((copies ?? 0 > 0) == hasScript, "\(place)") }
      }
    }
  }

  @Test func `a keyboard alone leads to what happened to a task`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      try PageSamples.deliver(site)
      let user = try #require(users["operator"])
      try until("the page shows what the responder has counted") {
        try site.page("/tasks", as: user).text.contains("state=failed\">1</a>")
      }
      let browser = try Browser(site, as: user, hasScript: false)
      defer { browser.close() }
      try browser.go("/status")
      try browser.press(Self.tab)
      #expect(try browser.focused == "Skip to the content")
      try browser.follow("Tasks")
      try until("the spools are shown") { try browser.place == "/tasks" }
      try browser.follow("1")
      try until("the tasks behind the number are shown") {
        try browser.place.hasPrefix("/tasks/") && browser.place.contains("?state=")
      }
      try browser.go("/tasks/stock?state=failed")
      try browser.follow("01")
      try until("the task is shown") { try browser.title.hasPrefix("Task 01") }
      #expect(try browser.text("main").contains("given up"))
      try browser.follow("Show headers and body")
      try until("the body is shown") { try browser.title.hasPrefix("Request of task") }
      #expect(try browser.text("pre").contains("\"total\""))
      // A filter that can't be used: the focus is on what is wrong, and the words are still there.
      try browser.go("/deliveries?since=junk")
      #expect(try browser.focused.contains("since: expected"))
    }
  }

  @Test func `a keyboard alone makes a webhook, copies it, and deletes the copy`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      let browser = try Browser(
        site, as: try #require(users["administrator"]), hasScript: false)
      defer { browser.close() }
      func tab(_ what: String, until isThere: () throws -> Bool) throws {
        for _ in 0..<300 {
          try browser.press(Self.tab)
          if try isThere() { return }
        }
        throw NotYet(description: "Tab never reaches \(what)")
      }
      func follow(_ words: String) throws {
        try tab(words) { try browser.focused.hasPrefix(words) }
        try browser.press(Self.enter)
      }
      func type(_ text: String, into field: String) throws {
        try tab(field) {
          try browser.evaluate("document.activeElement.id") as? String == field
        }
        try browser.press(text)
      }
      func shown(_ title: String) throws {
        try until("\(title) is shown") { try browser.title.hasPrefix(title) }
      }
      try browser.go("/webhooks")
      try follow("New webhook")
      try shown("New webhook: who sends?")
      try type("shopify", into: "search")
      try browser.press(Self.enter)
      try until("the preset is found") { try browser.place.contains("search=shopify") }
      try follow("Shopify")
      try until("its form is shown") { try browser.place.contains("sender=shopify") }
      try type("Shop of Oslo", into: "name")
      try type("stock", into: "incoming")
      try type("shpss_0123456789abcdef", into: "secret")
      try follow("Make the webhook")
      try shown("Shop of Oslo")
      #expect(try browser.text("main").contains("It is made."))
      #expect(site.folder.text("etc/secrets/shop-of-oslo") == "shpss_0123456789abcdef\n")
      try follow("Go on to Shop of Oslo")
      try until("the webhook is shown") { try browser.place == "/webhooks/shop-of-oslo" }
      try follow("Duplicate")
      try shown("Duplicate Shop of Oslo")
      try follow("Duplicate")
      try shown("Shop of Oslo copy")
      try follow("Go on to")
      try until("the copy is shown") { try browser.place == "/webhooks/shop-of-oslo-copy" }
      try follow("Delete")
      try shown("Delete Shop of Oslo copy")
      try follow("Delete Shop of Oslo copy")
      try shown("Webhooks")
      #expect(try browser.text("main").contains("It is deleted."))
      #expect(
        site.folder.names(in: "etc/webhooks").sorted()
          == ["broken.yaml", "erp.yaml", "off.yaml", "shop-of-oslo.yaml"])
    }
  }

  @Test func `a copy button copies, a filter filters, and no other site frames a page`() throws {
    try Site.openPages(PageSamples.files()) { site, users in
      let browser = try Browser(site, as: try #require(users["viewer"]), hasScript: true)
      defer { browser.close() }
      try browser.chrome(
        "Browser.grantPermissions",
        ["permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]])
      try browser.go("/settings/info")
      try browser.click("button[data-copies]")
      try until("it says so") { try browser.text("button[data-copies]").hasPrefix("Copied") }
      try browser.go("/webhooks")
      try browser.type("off", into: "#name")
      try browser.click("form button")
      try until("one is left") { try browser.text("caption").hasPrefix("1 of 3") }
      #expect(try browser.place.contains("name=off"))
      // The same origin may not frame it either.
      try browser.go("/settings/users")
      let framed = """
        (() => { const f = document.createElement('iframe'); f.src = '/status';
          document.body.append(f); return f.contentDocument?.title ?? 'nothing' })()
        """
      #expect(try browser.evaluate(framed) as? String != "Status – Levelwind")
      #expect(try browser.evaluate("document.title") as? String == "Users – Levelwind")
    }
  }
}
