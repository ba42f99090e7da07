import Foundation
import Testing

@testable import Verification
@testable import Webhooks

/// A reload reads again what may have changed, and nothing else.
@Suite struct UnchangedFileTests {
  /// A moment at which the files of a test count as old.
  static let later = Date() + 86_400
  static let header = """
    name: One
    incoming: stock
    pre_processors:
      - {type: header, name: X-Secret, secrets: [{secret: a}]}

    """

  private static func files(
    _ webhook: String = header, _ more: [String: String] = [:]
  ) throws -> ConfigurationFiles {
    let files = [
      "levelwind.yaml": "state: state\n", "incoming/stock.yaml": "",
      "secrets/a": "0123456789abcdef", "webhooks/a.yaml": webhook,
    ]
    return try ConfigurationFiles(files.merging(more) { $1 })
  }

  private static func isReadAgain(_ first: Loading, _ second: Loading) throws -> Bool {
    let name = try #require(Identifier("a"))
    let before = try #require(first.snapshot?.seen.entries[name])
    return second.snapshot?.seen.entries.values.contains { $0 === before } != true
  }

  static func webhook(_ loading: Loading) throws -> Webhook {
    switch loading.snapshot?.entry(for: "a".utf8) {
    case .ready(let webhook), .disabled(let webhook): return webhook
    default: return try #require(nil as Webhook?, "there is no webhook")
    }
  }

  /// Returns a header's value in an example of a delivery, which shows the secret.
  static func value(_ name: String, _ loading: Loading) throws -> String? {
    try webhook(loading).example(path: "/webhook/a", body: [], at: later).headers
      .values(of: name.lowercased())
      .first.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `what is unchanged isn't read again, at any later reload`() throws {
    let files = try Self.files()
    let first = files.load(at: Self.later)
    let second = files.load(first.snapshot, at: Self.later)
    #expect(try !Self.isReadAgain(first, second))
    let third = files.load(second.snapshot, at: Self.later)
    #expect(try !Self.isReadAgain(first, third))
    #expect(try Self.value("X-Secret", third) == "0123456789abcdef")
    #expect(third.problems == [])
  }

  @Test(arguments: changes) func `a change is seen`(change: Change) throws {
    let files = try Self.files(change.webhook, change.more)
    let first = files.load(at: Self.later)
    #expect(try change.shown(first) == change.before)
    let same = files.load(first.snapshot, at: Self.later)
    #expect(try change.shown(same) == change.before)
    try change.make(files)
    let second = files.load(same.snapshot, at: Self.later)
    #expect(try change.shown(second) == change.after)
  }

  @Test func `a file that is gone is gone`() throws {
    let files = try Self.files()
    let first = files.load(at: Self.later)
    try files.remove("webhooks/a.yaml")
    let second = files.load(first.snapshot, at: Self.later)
    #expect(second.snapshot?.entry(for: "a".utf8) == nil)
    #expect(second.snapshot?.seen.entries.isEmpty == true)
  }

  @Test func `a file that was changed within the last two seconds is read again`() throws {
    let files = try Self.files()
    var status = stat()
    stat("\(files.path)/webhooks/a.yaml", &status)
    let changed = Date(timeIntervalSince1970: TimeInterval(status.st_ctim.tv_sec))
    #expect(files.load(at: changed + 2).snapshot?.seen.entries.isEmpty == true)
    #expect(files.load(at: changed - 60).snapshot?.seen.entries.isEmpty == true)
    #expect(files.load(at: changed + 86_400).snapshot?.seen.entries.count == 1)
  }

  @Test func `the end of a secret is seen when it comes`() throws {
    let end = "3000-01-01T00:00:00Z"
    let files = try Self.files(
      Self.header.replacing("{secret: a}", with: "{secret: a, not_after: \(end)}"))
    let first = files.load(at: Self.later)
    #expect(first.problems == [])
    let ended = Date(timeIntervalSince1970: 32_503_680_001)
    let keys = files.load(first.snapshot, at: ended).problems.map(\.key)
    #expect(keys == ["pre_processors[0].secrets[0].not_after"])
  }

  @Test func `other credentials count`() throws {
    let files = try Self.files(Self.header.replacing("{secret: a}", with: "{credential: c}"))
    let old = Credentials(values: ["c": Array("0123456789abcdef".utf8)])
    let new = Credentials(values: ["c": Array("fedcba9876543210".utf8)])
    let first = files.load(credentials: old, at: Self.later)
    let second = files.load(first.snapshot, credentials: new, at: Self.later)
    #expect(try Self.value("X-Secret", first) == "0123456789abcdef")
    #expect(try Self.value("X-Secret", second) == "fedcba9876543210")
  }

  @Test(arguments: ["webhooks/a.yaml", "secrets/a"])
  func `a draft counts, and is forgotten afterwards`(name: String) throws {
    let files = try Self.files()
    var drafts = Drafts()
    drafts.set(name, to: Array("[".utf8))
    func load(_ previous: Snapshot?, _ drafts: Drafts) -> Loading {
      Snapshot.load(
        directory: files.path, previous: previous, credentials: .none, now: Self.later,
        questionsSecrets: true, drafts: drafts)
    }
    let usual = load(nil, Drafts())
    #expect(usual.problems == [])
    let drafted = load(usual.snapshot, drafts)
    #expect(drafted.problems.count == 1)
    #expect(load(drafted.snapshot, Drafts()).problems == [])
  }
}
