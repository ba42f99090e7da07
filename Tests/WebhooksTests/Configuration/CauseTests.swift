import Foundation
import Testing

@testable import Webhooks

/// The cause of a problem is reported, and not its consequences.
@Suite struct CauseTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let what: String
    let yaml: String
    let line: String
    var testDescription: String { what }
  }

  private static func check(_ entry: String) -> String {
    "incoming: stock\npre_processors:\n  - \(entry)\n"
  }

  static let mistakes = [
    Mistake(
      what: "a required key that is misspelt", yaml: "incomming: stock\npre_processors: []\n",
      line: "1:1: incomming: unknown key"),
    Mistake(
      what: "a list of checks that is misspelt", yaml: "incoming: stock\npre_procesors: []\n",
      line: "2:1: pre_procesors: unknown key"),
    Mistake(
      what: "the type of a check", yaml: check("{tpye: header, name: X, secrets: [{literal: a}]}"),
      line: "3:6: pre_processors[0].tpye: unknown key"),
    Mistake(
      what: "the place of a signature",
      yaml: check("{type: signature, haeder: X, secrets: [{literal: a}]}"),
      line: "3:23: pre_processors[0].haeder: unknown key"),
    Mistake(
      what: "the secrets of a signature",
      yaml: check("{type: signature, header: X, secrts: [{literal: a}]}"),
      line: "3:34: pre_processors[0].secrts: unknown key"),
    Mistake(
      what: "the source of a secret",
      yaml: check("{type: header, name: X, secrets: [{secert: a}]}"),
      line: "3:40: pre_processors[0].secrets[0].secert: unknown key"),
    Mistake(
      what: "a sender's secret that isn't there",
      yaml: check("{type: sender, sender: github, secrets: [{secret: git-hub}]}"),
      line: "3:55: pre_processors[0].secrets[0].secret: secrets/git-hub does not exist"),
    Mistake(
      what: "a sender's secrets that are misspelt",
      yaml: check("{type: sender, sender: github, secret: [{secret: github}]}"),
      line: "3:36: pre_processors[0].secret: unknown key"),
    Mistake(
      what: "a token's secret that isn't there",
      yaml: check("{type: jwt, algorithms: [HS256], secrets: [{secret: git-hub}]}"),
      line: "3:57: pre_processors[0].secrets[0].secret: secrets/git-hub does not exist"),
  ]

  @Test(arguments: mistakes)
  func `one mistake is one problem`(_ mistake: Mistake) throws {
    let files = try ConfigurationFiles([
      "incoming/stock.yaml": "", "secrets/github": "s3cret", "webhooks/a.yaml": mistake.yaml,
    ])
    let problems = files.problems()
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix("webhooks/a.yaml:\(mistake.line)") == true, "\(problems)")
  }

  @Test func `what is really missing is told beside another mistake`() throws {
    let yaml = Self.check("{type: sender, sender: google-pubsub, topic: x, claims: {email: [a]}}")
    let files = try ConfigurationFiles(["incoming/stock.yaml": "", "webhooks/a.yaml": yaml])
    let problems = files.problems()
    #expect(problems.contains { $0.contains("topic: unknown key") })
    #expect(problems.contains { $0.contains("sender google-pubsub needs audiences") })
  }

  @Test func `an incoming configuration that isn't there is told with those that are`() throws {
    let files = try ConfigurationFiles([
      "incoming/github.yaml": "", "incoming/orders.yaml": "",
      "webhooks/a.yaml": "incoming: git\npre_processors: []\n",
    ])
    #expect(
      files.problems() == [
        "webhooks/a.yaml:1:11: incoming: there is no incoming/git.yaml, only github, orders; "
          + "levelwind incoming create git makes it"
      ])
  }
}
