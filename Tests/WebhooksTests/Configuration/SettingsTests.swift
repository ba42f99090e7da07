import Testing

@testable import Webhooks

@Suite struct SettingsTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let yaml: String
    let line: String
    var testDescription: String { yaml }
  }

  static let mistakes = [
    Mistake(
      yaml: "max_body: 10MB",
      line: "levelwind.yaml:1:11: max_body: expected a size such as 10MiB, from 1KiB to 1GiB, "
        + "found \"10MB\" (did you mean \"10MiB\"?)"),
    Mistake(
      yaml: "max_body: 10 mb",
      line: "levelwind.yaml:1:11: max_body: expected a size such as 10MiB, from 1KiB to 1GiB, "
        + "found \"10 mb\" (did you mean \"10MiB\"?)"),
    Mistake(
      yaml: "max_body: 99999999999999999999GiB",
      line: "levelwind.yaml:1:11: max_body: expected a size such as 10MiB, from 1KiB to 1GiB, "
        + "found \"99999999999999999999GiB\""),
    Mistake(
      yaml: "max_body: 9000000000GiB",
      line: "levelwind.yaml:1:11: max_body: expected a size such as 10MiB, from 1KiB to 1GiB, "
        + "found \"9000000000GiB\""),
    Mistake(
      yaml: "min_free: -1",
      line: "levelwind.yaml:1:11: min_free: expected a size such as 10MiB, from 0 to 1024TiB, "
        + "found \"-1\""),
    Mistake(
      yaml: "max_inflight: 5MiB",
      line: "levelwind.yaml:1:15: max_inflight: expected at least max_body, which is 10MiB"),
    Mistake(
      yaml: "pages: {operators: [Bob]}",
      line: "levelwind.yaml:1:21: pages.operators[0]: expected the name of a user of the pages, "
        + "the name of a group such as @shop, or \"*\", found \"Bob\""),
    Mistake(
      yaml: "deadline: 4",
      line: "levelwind.yaml:1:11: deadline: expected a duration such as 4s, from 100ms to 5m, "
        + "found \"4\" (did you mean \"4s\"?)"),
    Mistake(
      yaml: "deadline: 4 s",
      line: "levelwind.yaml:1:11: deadline: expected a duration such as 4s, from 100ms to 5m, "
        + "found \"4 s\" (did you mean \"4s\"?)"),
    Mistake(
      yaml: "deadline: 24h",
      line: "levelwind.yaml:1:11: deadline: expected a duration such as 4s, from 100ms to 5m, "
        + "found \"24h\""),
    Mistake(
      yaml: "threads: 0",
      line: "levelwind.yaml:1:10: threads: expected a whole number from 1 to 1024, found \"0\""),
    Mistake(
      yaml: "threads: 012",
      line: "levelwind.yaml:1:10: threads: expected a whole number from 1 to 1024, found \"012\""),
    Mistake(
      yaml: "threads: '64'",
      line: "levelwind.yaml:1:10: threads: "
        + "expected a whole number from 1 to 1024 without quotes, found the text \"64\""),
    Mistake(
      yaml: "threads: 0x40",
      line: "levelwind.yaml:1:10: threads: expected a whole number from 1 to 1024, found \"0x40\""),
    Mistake(
      yaml: "base_url: https://hooks.example.org/webhook/",
      line:
        "levelwind.yaml:1:11: base_url: expected the URL before /webhook/<identifier>, without "
        + "/webhook at its end"),
    Mistake(
      yaml: "base_url: ftp://hooks.example.org",
      line: "levelwind.yaml:1:11: base_url: expected an https:// URL without query and fragment, "
        + "found \"ftp://hooks.example.org\""),
    Mistake(
      yaml: "base_url: https://user@hooks.example.org",
      line: "levelwind.yaml:1:11: base_url: expected an https:// URL without query and fragment, "
        + "found \"https://user@hooks.example.org\""),
    Mistake(
      yaml: "base_url: https:///x",
      line: "levelwind.yaml:1:11: base_url: expected an https:// URL without query and fragment, "
        + "found \"https:///x\""),
    Mistake(
      yaml: "base_url: https://hooks.example.org:99999",
      line: "levelwind.yaml:1:11: base_url: expected an https:// URL without query and fragment, "
        + "found \"https://hooks.example.org:99999\""),
    Mistake(
      yaml: "base_url: https://höoks.example",
      line: "levelwind.yaml:1:11: base_url: expected an https:// URL without query and fragment, "
        + "found \"https://höoks.example\""),
    Mistake(
      yaml: "spool: ~/spool",
      line: "levelwind.yaml:1:8: spool: "
        + "expected a path, absolute or from the configuration's folder, found \"~/spool\""),
    Mistake(
      yaml: "peers: []",
      line: "levelwind.yaml:1:8: peers: expected a list of user names, found an empty list"),
    Mistake(
      yaml: "peers: [www-data, -x]",
      line: "levelwind.yaml:1:19: peers[1]: expected the name of a user, found \"-x\""),
    Mistake(
      yaml: "thread: 8",
      line: "levelwind.yaml:1:1: thread: unknown key, expected one of base_url, spool, state, "
        + "threads, max_body, max_inflight, deadline, min_free, min_free_inodes, history, peers, "
        + "tests, on_finding, pages (did you mean \"threads\"?)"),
  ]

  @Test(arguments: mistakes)
  func `a mistake in the settings is told, and nothing is loaded`(_ mistake: Mistake) throws {
    let loading = try ConfigurationFiles(["levelwind.yaml": mistake.yaml + "\n"]).load()
    #expect(loading.problems.map(\.description) == [mistake.line])
    #expect(loading.snapshot == nil)
  }

  @Test func `an empty configuration is valid, and has the defaults`() throws {
    let loading = try ConfigurationFiles().load()
    #expect(loading.problems == [])
    let snapshot = try #require(loading.snapshot)
    #expect(snapshot.settings == .defaults)
    #expect(snapshot.counts == Snapshot.Counts())
    #expect(snapshot.generation == 1)
    let settings = snapshot.settings
    #expect(settings.baseURL == nil)
    #expect(settings.basePath == [])
    #expect(settings.spool == "/var/spool/levelwind")
    #expect(settings.state == "/var/lib/levelwind")
    #expect(settings.threads == 64)
    #expect(settings.maxBodyBytes == 10_485_760)
    #expect(settings.maxInflightBytes == 268_435_456)
    #expect(settings.deadline == .seconds(4))
    #expect(settings.minFreeBytes == 1_073_741_824)
    #expect(settings.minFreeInodes == 10000)
    #expect(settings.peers == nil)
  }

  @Test func `all settings are read, relative paths from the configuration's folder`() throws {
    let files = try ConfigurationFiles([
      "levelwind.yaml": """
      base_url: https://hooks.example.org:8443/a/b/
      spool: spool
      state: /srv/state
      threads: 8
      max_body: 512KiB
      max_inflight: 2097152
      deadline: 1500ms
      min_free: 0
      min_free_inodes: 0
      peers: [www-data]
      pages: {viewers: ["@shop"], operators: [bob, "*"], administrators: []}
      """
    ])
    let loading = files.load()
    #expect(loading.problems == [])
    var roles = PageRoles()
    (roles.viewers, roles.operators) = (["@shop"], ["bob", "*"])
    let expected = Settings(
      baseURL: "https://hooks.example.org:8443/a/b", spool: files.path + "/spool",
      state: "/srv/state", threads: 8, maxBodyBytes: 524_288,
      maxInflightBytes: 2_097_152,
      deadline: .milliseconds(1500), minFreeBytes: 0, minFreeInodes: 0,
      historyBytes: 20 << 30, peers: ["www-data"], pages: roles)
    #expect(loading.snapshot?.settings == expected)
    #expect(expected.basePath == Array("/a/b".utf8))
  }

  @Test func `a default, written and read again, is itself`() throws {
    let optional = Set(["base_url", "peers", "on_finding"])
    let lines = SettingsFile.options.compactMap { option in
      option.fallbackText.map { "\(option.key): \($0)" }
    }
    #expect(lines.count == SettingsFile.options.count - optional.count)
    let loading = try ConfigurationFiles(["levelwind.yaml": lines.joined(separator: "\n")]).load()
    #expect(loading.problems == [])
    #expect(loading.snapshot?.settings == .defaults)
  }
}
