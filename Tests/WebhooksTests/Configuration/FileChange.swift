import Foundation
import Spooling
import Testing

@testable import Verification
@testable import Webhooks

extension UnchangedFileTests {
  /// A change, and the function that shows it.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var webhook = UnchangedFileTests.header
    var more: [String: String] = [:]
    let make: @Sendable (ConfigurationFiles) throws -> Void
    let shown: @Sendable (Loading) throws -> String?
    let before: String
    let after: String
  }

  /// Puts another file in the place of one, with the same size and time of modification.
  private static func replace(_ name: String, _ text: String, in files: ConfigurationFiles) throws {
    let path = "\(files.path)/\(name)"
    var status = stat()
    stat(path, &status)
    try files.write(text, to: "other")
    let times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, "\(files.path)/other", times, 0)
    try #require(rename("\(files.path)/other", path) == 0)
    var now = stat()
    stat(path, &now)
    #expect(now.st_size == status.st_size && now.st_mtim.tv_nsec == status.st_mtim.tv_nsec)
  }

  static let changes: [Change] = [
    Change(
      testDescription: "a secret is written anew",
      make: { try $0.write("fedcba9876543210", to: "secrets/a") },
      shown: { try value("X-Secret", $0) }, before: "0123456789abcdef", after: "fedcba9876543210"),
    Change(
      testDescription: "a secret is replaced by one of the same size and time",
      make: { try replace("secrets/a", "fedcba9876543210", in: $0) },
      shown: { try value("X-Secret", $0) }, before: "0123456789abcdef", after: "fedcba9876543210"),
    Change(
      testDescription: "a secret behind a link", more: ["b": "fedcba9876543210"],
      make: { files in
        try files.remove("secrets/a")
        try #require(symlink("../b", "\(files.path)/secrets/a") == 0)
      }, shown: { try value("X-Secret", $0) }, before: "0123456789abcdef",
      after: "fedcba9876543210"),
    Change(
      testDescription: "a secret that every user can read now",
      make: { _ = chmod("\($0.path)/secrets/a", 0o644) },
      shown: { "\($0.problems.first?.message.contains("every user") ?? false)" }, before: "false",
      after: "true"),
    Change(
      testDescription: "a secret is gone", make: { try $0.remove("secrets/a") },
      shown: { "\($0.hasErrors)" }, before: "false", after: "true"),
    Change(
      testDescription: "a pending secret has come",
      webhook: header.replacing("{secret: a}", with: "{secret: a}, {secret: b, pending: true}"),
      make: { try $0.write("fedcba9876543210", to: "secrets/b") },
      shown: { "\($0.problems.count)" }, before: "1", after: "0"),
    Change(
      testDescription: "the webhook's file is replaced by one of the same size and time",
      make: { try replace("webhooks/a.yaml", header.replacing("One", with: "Two"), in: $0) },
      shown: { try Self.webhook($0).name }, before: "One", after: "Two"),
    Change(
      testDescription: "the webhook is disabled",
      make: { try $0.write("disabled: true\n\(header)", to: "webhooks/a.yaml") },
      shown: { $0.snapshot?.entry(for: "a".utf8)?.word }, before: "active", after: "disabled"),
    Change(
      testDescription: "the webhook's file is broken",
      make: { try $0.write("[", to: "webhooks/a.yaml") },
      shown: { "\($0.problems.count)" }, before: "0", after: "1"),
    Change(
      testDescription: "an incoming configuration is changed",
      make: { try $0.write("filter: .data.body.new\n", to: "incoming/stock.yaml") },
      shown: { try Self.webhook($0).incoming[0].filterText ?? "none" }, before: "none",
      after: ".data.body.new"),
    Change(
      testDescription: "an incoming configuration is gone",
      make: { try $0.remove("incoming/stock.yaml") },
      shown: { $0.problems.first?.key ?? "" }, before: "", after: "incoming"),
    Change(
      testDescription: "base_url is another",
      make: { try $0.write("state: state\nbase_url: https://b.example\n", to: "levelwind.yaml") },
      shown: { try Self.webhook($0).publicURL ?? "none" }, before: "none",
      after: "https://b.example/webhook/a"),
    Change(
      testDescription: "base_url is gone, which the sender signs",
      webhook: """
        incoming: stock
        pre_processors: [{type: sender, sender: square, secrets: [{secret: a}]}]

        """, more: ["levelwind.yaml": "state: state\nbase_url: https://b.example\n"],
      make: { try $0.write("state: state\n", to: "levelwind.yaml") },
      shown: { $0.problems.first?.key ?? "" }, before: "", after: "pre_processors"),
    Change(
      testDescription: "a public key is another",
      webhook: """
        incoming: stock
        pre_processors: [{type: sender, sender: discord, public_keys: [{file: key}]}]

        """, more: ["key": key], make: { try $0.write("nonsense", to: "key") },
      shown: { "\($0.hasErrors)" }, before: "false", after: "true"),
    Change(
      testDescription: "a published key in a file is another",
      webhook: pubsub("{url: \(url), file: key}"), more: ["key": key],
      make: { try $0.write("nonsense", to: "key") },
      shown: { "\($0.hasErrors)" }, before: "false", after: "true"),
    Change(
      testDescription: "a key was fetched", webhook: pubsub(""),
      make: {
        try KeyFolder(state: "\($0.path)/state").keep(
          KeyFile(url: url, fetched: later, content: key))
      },
      shown: {
        let senders = try Self.webhook($0).preProcessors[0].check.senders
        return "\(senders[0].options.keyStore.keys(from: url).count)"
      }, before: "0", after: "1"),
    Change(
      testDescription: "a secret was learned",
      webhook: "incoming: stock\npre_processors: [{type: sender, sender: asana}]\n",
      make: {
        let folder = "state/\(SpoolID.secrets(webhook: "a"))/new"
        try $0.write(
          """
          {"webhook":"a","sender":"asana","time":"2026-11-30T12:00:00Z","value":"bGVhcm5lZA=="}
          """, to: "\(folder)/one.json")
      },
      shown: { "\((try? value("X-Hook-Signature", $0)) != nil)" }, before: "false", after: "true"),
  ]

  private static let url = "https://www.googleapis.com/oauth2/v3/certs"
  /// A public key of RFC 8032.
  private static let key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

  private static func pubsub(_ keys: String) -> String {
    """
    incoming: stock
    pre_processors:
      - type: sender
        sender: google-pubsub
        audiences: [a]
        claims: {email: [b]}
    \(keys.isEmpty ? "" : "    keys: [\(keys)]")

    """
  }
}
