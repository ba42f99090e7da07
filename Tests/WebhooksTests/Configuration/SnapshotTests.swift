import Foundation
import Testing

@testable import Webhooks

@Suite struct SnapshotTests {
  /// Returns the state of an identifier's entry in a word.
  private func state(_ identifier: String, _ loading: Loading) -> String? {
    switch loading.snapshot?.entry(for: identifier.utf8) {
    case .ready(let webhook): "ready \(webhook.name)"
    case .disabled: "disabled"
    case .broken: "broken"
    case nil: nil
    }
  }

  private func webhook(_ name: String, incoming: String = "stock", more: String = "") -> String {
    "name: \(name)\nincoming: \(incoming)\npre_processors: []\n\(more)"
  }

  @Test func `at start a broken webhook is broken for itself alone`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "webhooks/good.yaml": webhook("Good"),
      "webhooks/off.yaml": webhook("Off", more: "disabled: true\n"),
      "webhooks/bad.yaml": webhook("Bad", more: "disabled: maybe\n"),
      "webhooks/worse.yaml": "name: [\n",
    ])
    let loading = files.load()
    #expect(state("good", loading) == "ready Good")
    #expect(state("off", loading) == "disabled")
    #expect(state("bad", loading) == "broken")
    #expect(state("worse", loading) == "broken")
    #expect(state("none", loading) == nil)
    #expect(loading.snapshot?.counts == .init(active: 1, disabled: 1, broken: 2))
    #expect(loading.snapshot?.refusedFiles == ["webhooks/bad.yaml", "webhooks/worse.yaml"])
    guard case .broken(let problems) = loading.snapshot?.entry(for: "bad".utf8) else { return }
    #expect(
      problems.map(\.description) == [
        "webhooks/bad.yaml:4:11: disabled: expected true or false, found \"maybe\""
      ])
  }

  @Test func `at start a broken incoming configuration breaks the webhooks that use it`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "incoming/audit.yaml": "nam: Audit\n",
      "webhooks/good.yaml": webhook("Good"),
      "webhooks/both.yaml": webhook("Both", more: "additional_incoming: [audit]\n"),
      "webhooks/off.yaml": webhook("Off", incoming: "audit", more: "disabled: true\n"),
    ])
    let loading = files.load()
    #expect(state("good", loading) == "ready Good")
    #expect(state("both", loading) == "broken")
    #expect(state("off", loading) == "disabled")
    #expect(
      loading.problems.map(\.description) == [
        "incoming/audit.yaml:1:1: nam: unknown key, expected one of "
          + IncomingFile.options.map(\.key).joined(separator: ", ") + " (did you mean \"name\"?)",
        "webhooks/both.yaml: incoming/audit.yaml is broken",
      ])
    #expect(loading.snapshot?.incoming.keys.map(\.text) == ["stock"])
  }

  @Test func `at a reload a refused webhook keeps its last good version`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "webhooks/a.yaml": webhook("One"),
      "webhooks/off.yaml": webhook("Off", more: "disabled: true\n"),
    ])
    let first = files.load()
    try files.write(webhook("Two", more: "disabled: maybe\n"), to: "webhooks/a.yaml")
    try files.write("[", to: "webhooks/off.yaml")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "ready One")
    #expect(state("off", second) == "disabled")
    #expect(second.snapshot?.refusedFiles == ["webhooks/a.yaml", "webhooks/off.yaml"])
    #expect(second.snapshot?.generation == 2)
    let third = files.load(second.snapshot)
    #expect(state("a", third) == "ready One")
    try files.write(webhook("Two"), to: "webhooks/a.yaml")
    #expect(state("a", files.load(third.snapshot)) == "ready Two")
    #expect(state("a", first) == "ready One")
  }

  @Test func `a refused webhook that never worked is broken`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": "x: y\n"])
    let first = files.load()
    try files.write("x: y\n", to: "webhooks/b.yaml")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "broken")
    #expect(state("b", second) == "broken")
  }

  @Test func `a file that can't be read is refused`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": webhook("A")])
    let first = files.load()
    try files.remove("webhooks/a.yaml")
    try files.write("", to: "webhooks/a.yaml/file")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "ready A")
    #expect(second.problems.map(\.description) == ["webhooks/a.yaml: isn't a regular file"])
    #expect(state("a", files.load()) == "broken")
  }

  @Test func `a deleted file is gone`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "incoming/audit.yaml": "", "webhooks/a.yaml": webhook("A"),
      "levelwind.yaml": "base_url: https://hooks.example.org\n",
    ])
    let first = files.load()
    try files.remove("webhooks/a.yaml")
    try files.remove("incoming/audit.yaml")
    try files.remove("levelwind.yaml")
    let second = files.load(first.snapshot)
    #expect(second.problems == [])
    #expect(state("a", second) == nil)
    #expect(second.snapshot?.incoming.keys.map(\.text) == ["stock"])
    #expect(second.snapshot?.settings.baseURL == nil)
    try files.remove("webhooks")
    try files.remove("incoming")
    let third = files.load(second.snapshot)
    #expect(third.problems == [])
    #expect(third.snapshot?.incoming.isEmpty == true)
  }

  @Test func `at a reload a refused incoming configuration keeps its last good version`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "name: One\n", "webhooks/a.yaml": webhook("A"),
    ])
    let first = files.load()
    try files.write("name: [\n", to: "incoming/stock.yaml")
    try files.write(webhook("B"), to: "webhooks/a.yaml")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "ready B")
    #expect(second.snapshot?.incoming.values.map(\.name) == ["One"])
    #expect(second.snapshot?.refusedFiles == ["incoming/stock.yaml"])
  }

  @Test func `a webhook whose incoming configuration was deleted keeps what it had`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "name: One\n", "webhooks/a.yaml": webhook("A"),
    ])
    let first = files.load()
    try files.remove("incoming/stock.yaml")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "ready A")
    #expect(
      second.problems.map(\.description) == [
        "webhooks/a.yaml:2:11: incoming: there is no incoming/stock.yaml; "
          + "levelwind incoming create stock makes it"
      ])
    #expect(second.snapshot?.incoming.values.map(\.name) == ["One"])
    let third = files.load(second.snapshot)
    #expect(state("a", third) == "ready A")
    #expect(state("a", files.load()) == "broken")
  }

  @Test func `a webhook that moves to a broken incoming configuration stays where it was`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": webhook("A")])
    let first = files.load()
    try files.write("x: y\n", to: "incoming/audit.yaml")
    try files.write(webhook("B", incoming: "audit"), to: "webhooks/a.yaml")
    let second = files.load(first.snapshot)
    #expect(state("a", second) == "ready A")
    #expect(second.snapshot?.refusedFiles == ["incoming/audit.yaml", "webhooks/a.yaml"])
  }

  @Test func `a kept webhook takes part in what changes around it`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "name: One\n", "webhooks/a.yaml": webhook("A"),
    ])
    let first = files.load()
    try files.write("name: Two\n", to: "incoming/stock.yaml")
    try files.write("base_url: https://hooks.example.org\n", to: "levelwind.yaml")
    try files.write("[", to: "webhooks/a.yaml")
    let second = files.load(first.snapshot)
    guard case .ready(let kept) = second.snapshot?.entry(for: "a".utf8) else {
      Issue.record("not ready")
      return
    }
    #expect(kept.incoming.map(\.name) == ["Two"])
    #expect(kept.publicURL == "https://hooks.example.org/webhook/a")
  }

  @Test func `broken settings stop a start, and are told with all other problems`() throws {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "threads: many\n", "incoming/stock.yaml": "x: y\n",
      "webhooks/a.yaml": "[",
    ])
    let loading = files.load()
    #expect(loading.snapshot == nil)
    #expect(
      loading.problems.map(\.file) == [
        "levelwind.yaml", "incoming/stock.yaml", "webhooks/a.yaml",
      ])
  }

  @Test func `settings that can't be read stop a start`() throws {
    let files = try ConfigurationFiles(["levelwind.yaml/file": ""])
    let loading = files.load()
    #expect(loading.snapshot == nil)
    #expect(loading.problems.map(\.description) == ["levelwind.yaml: isn't a regular file"])
  }

  @Test func `settings with another ending are told, not passed over`() throws {
    let files = try ConfigurationFiles(["levelwind.yml": "threads: 8\n"])
    #expect(
      files.problems() == [
        "levelwind.yml: expected a name that ends in .yaml (did you mean \"levelwind.yaml\"?)"
      ])
  }

  @Test func `a FIFO is refused, not waited for`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": ""])
    #expect(mkfifo(files.path + "/incoming/audit.yaml", 0o640) == 0)
    #expect(files.problems() == ["incoming/audit.yaml: isn't a regular file"])
  }

  @Test func `at a reload broken settings leave those in use`() throws {
    let files = try ConfigurationFiles([
      "levelwind.yaml": "deadline: 2s\n", "incoming/stock.yaml": "",
    ])
    let first = files.load()
    try files.write("deadline: soon\n", to: "levelwind.yaml")
    try files.write(webhook("A"), to: "webhooks/a.yaml")
    let second = files.load(first.snapshot)
    #expect(second.snapshot?.settings.deadline == .seconds(2))
    #expect(second.snapshot?.refusedFiles == ["levelwind.yaml"])
    #expect(state("a", second) == "ready A")
  }

  @Test func `settings that need a restart keep their value, and say so`() throws {
    let files = try ConfigurationFiles(["levelwind.yaml": "threads: 8\ndeadline: 2s\n"])
    let first = files.load()
    try files.write(
      "threads: 9\nspool: /srv/spool\nstate: /srv/state\ndeadline: 3s\npeers: [www-data]\n",
      to: "levelwind.yaml")
    let second = files.load(first.snapshot)
    #expect(
      second.problems.map(\.description) == [
        "levelwind.yaml: notice: threads: takes effect at the next start; until then 8",
        "levelwind.yaml: notice: spool: "
          + "takes effect at the next start; until then /var/spool/levelwind",
        "levelwind.yaml: notice: state: "
          + "takes effect at the next start; until then /var/lib/levelwind",
        "levelwind.yaml: notice: peers: takes effect at the next start; until then it is not set",
      ])
    #expect(!second.hasErrors)
    #expect(second.snapshot?.settings.threads == 8)
    #expect(second.snapshot?.settings.peers == nil)
    #expect(second.snapshot?.settings.spool == "/var/spool/levelwind")
    #expect(second.snapshot?.settings.deadline == .seconds(3))
    #expect(files.load(second.snapshot).problems.count == 4)
  }

  @Test func `names of files`() throws {
    let names = [
      "good.yaml", ".hidden.yaml", "good.yaml~", "#good.yaml#", ".good.yaml.swp", "good.yaml.bak",
      "good.yaml.dpkg-old", "ERP Stock.yaml", "short.yml", "README.md", "-a.yaml", ".yaml",
    ]
    let files = try ConfigurationFiles(["incoming/stock.yaml": ""])
    for name in names { try files.write(webhook("A"), to: "webhooks/\(name)") }
    let loading = files.load()
    #expect(
      loading.problems.map(\.description) == [
        "webhooks/-a.yaml: expected an identifier before .yaml: a-z, 0-9 and inner hyphens "
          + "(did you mean \"a.yaml\"?)",
        "webhooks/ERP Stock.yaml: expected an identifier before .yaml: a-z, 0-9 and inner hyphens "
          + "(did you mean \"erp-stock.yaml\"?)",
        "webhooks/README.md: warning: not read: expected a name that ends in .yaml",
        "webhooks/short.yml: expected a name that ends in .yaml (did you mean \"short.yaml\"?)",
      ])
    #expect(loading.snapshot?.webhooks.keys.map(\.text) == ["good"])
  }

  @Test func `a folder that is missing at start or can't be read loads nothing`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": webhook("A")])
    let first = files.load()
    try files.remove("webhooks")
    try files.write("", to: "webhooks")
    let second = files.load(first.snapshot)
    #expect(second.snapshot == nil)
    #expect(second.problems.map(\.description) == ["webhooks: can't be read: Not a directory"])
    let missing = Snapshot.load(
      directory: files.path + "/none", credentials: .none, now: ConfigurationFiles.now)
    #expect(missing.snapshot == nil)
    #expect(missing.problems.map(\.description) == ["\(files.path)/none: does not exist"])
  }

  @Test func `a file that is too large is refused unread`() throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "# " + String(repeating: "x", count: 1 << 20)
    ])
    #expect(files.problems() == ["incoming/stock.yaml: is larger than 1MiB"])
  }

  @Test func `a link to a file is followed`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "elsewhere.yaml": webhook("A")])
    try FileManager.default.createDirectory(
      atPath: files.path + "/webhooks", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: files.path + "/webhooks/a.yaml", withDestinationPath: "../elsewhere.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: files.path + "/webhooks/b.yaml", withDestinationPath: "../nowhere.yaml")
    let loading = files.load()
    #expect(state("a", loading) == "ready A")
    #expect(state("b", loading) == "broken")
    #expect(loading.problems.map(\.description) == ["webhooks/b.yaml: does not exist"])
  }

  @Test func `only an identifier, byte for byte, finds a webhook`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": webhook("A")])
    let snapshot = try #require(files.load().snapshot)
    #expect(snapshot.entry(for: Array("xax".utf8)[1..<2]) != nil)
    for other in ["A", "a\u{301}", "a.yaml", "a/", "%61", "a\u{0}", ""] {
      #expect(snapshot.entry(for: other.utf8) == nil)
    }
  }

  @Test func `ten thousand webhooks are loaded in a bearable time`() throws {
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "secrets/s": "abc"])
    let yaml = """
      name: Stock mutations
      description: From the ERP.
      incoming: stock
      logging: true
      pre_processors:
        - type: signature
          header: X-Hub-Signature-256
          prefix: sha256=
          secrets: [{secret: s}]
      """
    try files.write(yaml, to: "webhooks/w-1.yaml")
    for number in 2...10000 {
      #expect(
        link("\(files.path)/webhooks/w-1.yaml", "\(files.path)/webhooks/w-\(number).yaml") == 0)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let loading = files.load()
    let time = clock.now - start
    #expect(loading.snapshot?.counts.active == 10000)
    #expect(time < .seconds(60))
  }
}
