import Foundation
import Testing

@testable import Harness

/// `levelwind senders`.
@Suite(.showingLogs) struct SendersCommandTests {
  @Test func `senders are listed and shown`() throws {
    let list = try Tool.run(Site.levelwind, ["senders", "list", "--json"])
    let senders = try JSONSerialization.jsonObject(with: Data(list.output)) as? [[String: Any]]
    #expect(senders?.count ?? 0 > 90)
    for name in senders?.compactMap({ $0["name"] as? String }).prefix(3) ?? [] {
      let shown = try Tool.run(Site.levelwind, ["senders", "show", name])
      #expect(shown.status == 0)
      #expect(shown.text.contains("sender: \(name)\n"))
    }
    let mailgun = try Tool.run(Site.levelwind, ["senders", "show", "mailgun"])
    #expect(mailgun.text.contains("Only a token beside the event is signed"))
    let unknown = try Tool.run(Site.levelwind, ["senders", "show", "nobody"])
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("no sender is called"))
  }

  @Test func `what a sender does after a failure is shown, with the source`() throws {
    let github = try Tool.run(Site.levelwind, ["senders", "show", "github"]).text
    #expect(
      github.contains(
        """
        Retries: A failed delivery is never sent again. It has to be redelivered by hand, or over \
        GitHub's API.
          Source: https://docs.github.com/
        """))
    let mollie = try Tool.run(Site.levelwind, ["senders", "show", "mollie"]).text
    #expect(
      mollie.contains("Retries: A failed delivery is sent again up to 10 times within 26 hours."))
    let trello = try Tool.run(Site.levelwind, ["senders", "show", "trello"]).text
    #expect(trello.contains("Retries: It isn't known whether a failed delivery is sent again.\n"))
    #expect(!trello.contains("Source:"))

    let json = try Tool.run(Site.levelwind, ["senders", "show", "mollie", "--json"])
    let page = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
    let retries = try #require(page?["retries"] as? [String: Any])
    #expect(retries["kind"] as? String == "again" && retries["times"] as? Int == 10)
    #expect(retries["over_seconds"] as? Int == 26 * 3600)
    #expect(retries["source"] as? String == "https://docs.mollie.com/reference/webhooks")

    let list = try Tool.run(Site.levelwind, ["senders", "list"]).text.split(separator: "\n")
    #expect(list.contains { $0.hasPrefix("github ") && $0.hasSuffix("GitHub (never sends again)") })
    #expect(list.contains { $0.hasPrefix("stripe ") && $0.hasSuffix("Stripe") })
  }

  @Test func `create, show and check recommend a history where a sender never sends again`() throws
  {
    try Administration.run { levelwind in
      let made = try levelwind(
        "webhook", "create", "Code", "--incoming", "stock", "--sender", "github", "--no-history")
      #expect(made.status == 0, "\(made.errors)")
      let advice = "To keep its deliveries: history: {for: 7d, bytes: 1GiB} in webhooks/code.yaml"
      #expect(made.text.contains("\nGitHub: A failed delivery is never sent again. "))
      #expect(made.text.contains("\n\(advice)\n"))
      let shown = try levelwind("webhook", "show", "code").text
      #expect(shown.contains("\nRetries of github: A failed delivery is never sent again. "))
      #expect(shown.contains("\nHistory: none. \(advice)\n"))
      let checked = try levelwind("check")
      #expect(checked.status == 0)
      #expect(
        checked.text.contains(
          "webhooks/code.yaml: warning: sender github never sends a failed delivery again, and none "
            + "is kept. \(advice)\n"))
      let json = try levelwind("webhook", "show", "code", "--json")
      let page = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
      #expect(page?["history_advice"] as? String == advice)
      #expect((page?["retries"] as? [[String: Any]])?.first?["kind"] as? String == "never")
      #expect(try levelwind("webhook", "set", "code", "history={for: 30d}").status == 0)
      #expect(
        try levelwind("webhook", "show", "code").text.contains("\nHistory: 30d, at most 1GiB\n"))
      #expect(try !levelwind("check").text.contains("never sends"))
    }
  }

  @Test func `no history is recommended where a sender sends again, or that isn't known`() throws {
    try Administration.run { levelwind in
      for (name, sender) in [("Shop", "mollie"), ("Board", "intercom")] {
        let made = try levelwind(
          "webhook", "create", name, "--incoming", "stock", "--sender", sender, "--secret-file",
          "-",
          input: "0123456789abcdef\n")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.text.contains("failed delivery is sent again"))
        #expect(!made.text.contains("history"))
        #expect(try !levelwind("webhook", "show", name.lowercased()).text.contains("To keep"))
      }
      let plain = try levelwind("webhook", "create", "ERP", "--incoming", "stock")
      #expect(plain.status == 0 && !plain.text.contains("failed delivery"))
      let checked = try levelwind("check")
      #expect(checked.status == 0 && !checked.text.contains("history"), "\(checked.text)")
    }
  }
}
