import Foundation
import Testing
import Verification

@testable import Webhooks

@Suite struct SecretTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let secrets: String
    var files: [String: String] = [:]
    var mode = 0o640
    var credentials = Credentials(values: [:])
    /// The value that a sender must send; nil if the webhook is broken.
    var value: String?
    var name: String?
    var lines: [String] = []
    var testDescription: String { secrets }
  }

  static let cases = [
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": "s3cret\n"], value: "s3cret",
      name: "erp"),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": "s3cret\r\n"], value: "s3cret",
      name: "erp"),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": "s3cret"], value: "s3cret", name: "erp"),
    Case(
      secrets: "[{secret: erp, name: ERP 2026}]", files: ["secrets/erp": "s3cret"],
      value: "s3cret", name: "ERP 2026"),
    Case(
      secrets: "[{file: keys/erp.txt}]", files: ["keys/erp.txt": "s3cret"], value: "s3cret",
      name: "erp.txt"),
    Case(
      secrets: "[{credential: erp}]",
      credentials: Credentials(values: ["erp": Array("abc\n".utf8)]),
      value: "abc", name: "erp"),
    Case(secrets: "[{literal: 012}]", value: "012", name: "literal-1"),
    Case(
      secrets: "[{secret: erp}, {literal: other}]", files: ["secrets/erp": "s3cret"],
      value: "other", name: "literal-2"),
    Case(
      secrets: "[{literal: old, not_after: 2026-01-01T00:00:00+01:00}, {literal: new}]",
      value: "new", name: "literal-2",
      lines: [
        "5:41: warning: pre_processors[0].secrets[0].not_after: this secret no longer matches; "
          + "take it out, or give it a later time"
      ]),
    Case(
      secrets: "[{literal: a, not_after: 2099-12-31T23:59:59Z}]", value: "a", name: "literal-1"),
    Case(
      secrets: "[{literal: a, not_after: 2026-01-01T00:00:00}]",
      lines: [
        "5:39: pre_processors[0].secrets[0].not_after: expected a time with its offset such as "
          + "2026-11-23T18:00:00+01:00, found text that is not shown here"
      ]),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": "\n"],
      lines: ["5:24: pre_processors[0].secrets[0].secret: an empty secret, which verifies nothing"]),
    Case(
      secrets: "[{literal: ''}]",
      lines: [
        "5:25: pre_processors[0].secrets[0].literal: an empty secret, which verifies nothing"
      ]),
    Case(
      secrets: "[{secret: epr}]", files: ["secrets/erp": "s3cret"],
      lines: [
        "5:24: pre_processors[0].secrets[0].secret: secrets/epr does not exist; make it with "
          + "mode 0640 and the responder's group (did you mean \"erp\"?)"
      ]),
    Case(
      secrets: "[{secret: ../erp}, {secret: a/b}, {secret: .erp}]",
      lines: [
        "5:24: pre_processors[0].secrets[0].secret: \(fileName)",
        "5:42: pre_processors[0].secrets[1].secret: \(fileName)",
        "5:57: pre_processors[0].secrets[2].secret: \(fileName)",
      ]),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp/file": "s3cret"],
      lines: ["5:24: pre_processors[0].secrets[0].secret: secrets/erp isn't a regular file"]),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": String(repeating: "a", count: 65537)],
      lines: ["5:24: pre_processors[0].secrets[0].secret: secrets/erp is larger than 64KiB"]),
    Case(
      secrets: "[{secret: erp}]", files: ["secrets/erp": "s3cret"], mode: 0o644, value: "s3cret",
      name: "erp",
      lines: [
        "5:24: warning: pre_processors[0].secrets[0].secret: secrets/erp can be read by every "
          + "user; chmod 0640 it"
      ]),
    Case(
      secrets: "[{credential: epr}]", credentials: Credentials(values: ["erp": [1]]),
      lines: [
        "5:28: pre_processors[0].secrets[0].credential: the service was started without the "
          + "credential epr (LoadCredential=) (did you mean \"erp\"?)"
      ]),
    Case(
      secrets: "[{credential: erp}]", credentials: .unknown, value: nil,
      lines: [
        "5:28: warning: pre_processors[0].secrets[0].credential: credential erp can't be checked "
          + "outside of the service"
      ]),
    Case(
      secrets: "[{secret: erp, literal: a}, {name: b}]", files: ["secrets/erp": "s3cret"],
      lines: [
        "5:15: pre_processors[0].secrets[0]: expected exactly one of secret, file, credential, "
          + "literal",
        "5:42: pre_processors[0].secrets[1]: expected exactly one of secret, file, credential, "
          + "literal",
      ]),
    Case(
      secrets: "[{literal: a, name: x}, {literal: b, name: x}]",
      lines: [
        "5:14: pre_processors[0].secrets: two secrets are called \"x\"; "
          + "give one of them another name"
      ]),
    Case(
      secrets: "[]",
      lines: ["5:14: pre_processors[0].secrets: expected a list of secrets, found an empty list"]),
    Case(
      secrets: "hunter2",
      lines: [
        "5:14: pre_processors[0].secrets: expected a list of secrets, "
          + "found text that is not shown here"
      ]),
    Case(
      secrets: "[hunter2]",
      lines: [
        "5:15: pre_processors[0].secrets[0]: expected a secret such as {secret: erp-stock}, "
          + "found text that is not shown here"
      ]),
    Case(
      secrets: "[{hunter2}]",
      lines: [
        "5:15: pre_processors[0].secrets[0]: expected exactly one of secret, file, credential, "
          + "literal",
        "5:16: pre_processors[0].secrets[0].(not shown): unknown key, expected one of secret, "
          + "file, credential, literal, name, not_after, pending",
      ]),
    Case(
      secrets: "[{litteral: hunter2}]",
      lines: [
        "5:16: pre_processors[0].secrets[0].litteral: unknown key, expected one of secret, file, "
          + "credential, literal, name, not_after, pending (did you mean \"literal\"?)"
      ]),
    Case(
      secrets: "[{secret: later, pending: true}]",
      lines: [
        "5:24: warning: pre_processors[0].secrets[0].secret: secrets/later is not there yet, and "
          + "deliveries are answered 503 until it is; once the sender has issued it: levelwind "
          + "webhook secret add a"
      ]),
    Case(
      secrets: "[{secret: later, pending: true}]", files: ["secrets/later": "come"], value: "come",
      name: "later"),
    Case(
      secrets: "[{secret: later, pending: true}]", files: ["secrets/later": ""],
      lines: [
        "5:24: pre_processors[0].secrets[0].secret: an empty secret, which verifies nothing"
      ]),
    Case(
      secrets: "[{literal: x, pending: true}]",
      lines: [
        "5:37: pre_processors[0].secrets[0].pending: is for secret and file only"
      ]),
    Case(
      secrets: "[{secret: hunter 2}]",
      lines: ["5:24: pre_processors[0].secrets[0].secret: \(fileName)"]),
  ]

  private static let fileName =
    "expected a file name of A-Z, a-z, 0-9, '.', '_', '@' and '-', "
    + "found text that is not shown here"

  private func files(_ one: Case) throws -> ConfigurationFiles {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "",
      "webhooks/a.yaml": """
      incoming: stock
      pre_processors:
        - type: header
          name: X-Secret
          secrets: \(one.secrets)
      """,
    ])
    for (name, text) in one.files { try files.write(text, to: name, mode: one.mode) }
    return files
  }

  @Test(arguments: cases)
  func `where secrets come from, and what is wrong with them`(_ one: Case) throws {
    let files = try files(one)
    let loading = files.load(credentials: one.credentials)
    #expect(loading.problems.map(\.description) == one.lines.map { "webhooks/a.yaml:\($0)" })
    guard let value = one.value else { return }
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "a".utf8) else {
      Issue.record("not ready")
      return
    }
    let check = try #require(webhook.preProcessors.first).check
    let request = Request(
      method: "POST", path: [], headers: Headers([(name: "X-Secret", value: value)]))
    guard case .passed(let proof) = try check.check(request, at: ConfigurationFiles.now) else {
      Issue.record("not passed")
      return
    }
    #expect(proof.secretName == one.name)
    #expect(proof.omittedHeaders == ["x-secret"])
  }

  @Test func `a secret that is not known here lets nothing pass`() throws {
    let files = try files(Case(secrets: "[{credential: erp}]"))
    let loading = files.load(credentials: .unknown)
    guard case .ready(let webhook) = loading.snapshot?.entry(for: "a".utf8) else {
      Issue.record("not ready")
      return
    }
    let request = Request(
      method: "POST", path: [], headers: Headers([(name: "X-Secret", value: "")]))
    #expect(throws: Rejection.self) {
      try webhook.preProcessors.first?.check.check(request, at: ConfigurationFiles.now)
    }
  }

  @Test func `a literal in a file that every user can read is told`() throws {
    let files = try files(Case(secrets: "[{literal: hunter2}]"))
    let yaml = try String(contentsOfFile: files.path + "/webhooks/a.yaml", encoding: .utf8)
    try files.write(yaml, to: "webhooks/a.yaml", mode: 0o644)
    #expect(
      files.problems() == [
        "webhooks/a.yaml:5:25: warning: pre_processors[0].secrets[0].literal: a secret in a file "
          + "that every user can read; chmod 0640 the file"
      ])
  }

  @Test func `no message has a secret's value in it`() throws {
    for one in Self.cases {
      let lines = try files(one).problems(credentials: one.credentials).joined()
      #expect(!lines.contains("hunter2"))
      #expect(!lines.contains("s3cret"))
    }
  }

  @Test func `a file of secrets is read again at a reload`() throws {
    let files = try files(Case(secrets: "[{secret: erp}]", files: ["secrets/erp": "old"]))
    let first = try #require(files.load().snapshot)
    try files.write("new", to: "secrets/erp")
    let second = try #require(files.load(first).snapshot)
    #expect(passes("old", first))
    #expect(passes("new", second))
    #expect(!passes("old", second))
  }

  @Test func `credentials are read once`() throws {
    let files = try files(Case(secrets: "[{credential: erp}]", files: ["creds/erp": "old\n"]))
    let credentials = Credentials(directory: files.path + "/creds")
    try files.write("new", to: "creds/erp")
    let snapshot = try #require(files.load(credentials: credentials).snapshot)
    #expect(passes("old", snapshot))
    #expect(!passes("new", snapshot))
    #expect(!"\(credentials) \(String(reflecting: credentials))".contains("old"))
  }

  @Test func `a service without credentials has none`() throws {
    let files = try files(Case(secrets: "[{credential: erp}]"))
    #expect(files.load(credentials: Credentials(directory: nil)).hasErrors)
    #expect(files.load(credentials: Credentials(directory: "/nonexistent")).hasErrors)
  }

  private func passes(_ value: String, _ snapshot: Snapshot) -> Bool {
    guard case .ready(let webhook) = snapshot.entry(for: "a".utf8) else { return false }
    let request = Request(
      method: "POST", path: [], headers: Headers([(name: "X-Secret", value: value)]))
    return (try? webhook.preProcessors.first?.check.check(request, at: ConfigurationFiles.now))
      != nil
  }
}
