import Foundation
import Testing

@testable import Harness

/// `webhook set` and `incoming set`.
@Suite struct WebhookSetTests {
  private static let erp = """
    # Ours. Ask Kim before you touch it.
    name: ERP     # since 2019
    incoming: stock

    pre_processors:
      - type: header
        name: X-Secret
        secrets: [{secret: erp}]   # rotate in spring
    expect_every: 1h   # for now

    """
  private static let files = [
    "incoming/stock.yaml": "# all\nname: Stock\n", "webhooks/erp.yaml": erp,
    "secrets/erp": "0123456789abcdef\n",
  ]

  @Test func `values change, and nothing else does`() throws {
    try Administration.run(Self.files) { levelwind in
      let set = try levelwind(
        "webhook", "set", "erp", "logging=true", "name=ERP: the #1", "methods=[POST, PUT]",
        "response.disabled=503", "pre_processors[0].name=X-Other", "--unset", "expect_every")
      #expect(set.status == 0, "\(set.errors)")
      #expect(
        set.text.hasPrefix(
          "Changed logging, name, methods, response.disabled, pre_processors[0].name, expect_every in "
            + "webhooks/erp.yaml.\n"))
      #expect(
        levelwind.text("webhooks/erp.yaml") == """
          # Ours. Ask Kim before you touch it.
          name: "ERP: the #1"     # since 2019
          incoming: stock

          pre_processors:
            - type: header
              name: X-Other
              secrets: [{secret: erp}]   # rotate in spring
          logging: true
          methods: [POST, PUT]
          response: {disabled: 503}

          """)
      #expect(try levelwind("check").status == 0)
      let again = try levelwind("webhook", "set", "erp", "logging=true")
      #expect(again.status == 0 && again.text.hasPrefix("Nothing was changed"))
    }
  }

  @Test func `what a post-processor signs with is looked at`() throws {
    var files = Self.files
    files["outgoing-secrets/shop"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw \n"
    try Administration.run(files) { levelwind in
      for (name, says) in [
        ("shop", "shop ends in a blank"), ("shp", "outgoing-secrets/shp does not"),
      ] {
        let set = try levelwind(
          "webhook", "set", "erp",
          "post_processors=[{type: http, url: 'https://a.example', secrets: [{secret: \(name)}]}]")
        #expect(set.errors.contains(says), "\(set.errors)")
      }
    }
  }

  @Test(
    arguments: [
      (["loging=true"], 1, "unknown key"), (["methods=[POST"], 1, "expected a list"),
      (["incoming=gone"], 1, "there is no incoming/gone.yaml"),
      (["logging.x.y=1"], 1, "no mapping"),
      (["--unset", "nothing"], 1, "it is not there"), (["pre_processors[7].name=x"], 1, "erp"),
      ([], 64, "expected KEY=VALUE"), (["=x"], 64, "Error"),
      (["pre_processors[0].secrets[0].literal=hunter2"], 64, "a secret can't be given here"),
      (["pre_processors[0].secrets=[{literal: hunter2}]"], 64, "a secret can't be given here"),
    ] as [([String], Int32, String)])
  func `what is wrong is refused, and the file stays`(
    _ options: [String], _ status: Int32, _ words: String
  ) throws {
    var files = Self.files
    files["webhooks/erp.yaml"] = Self.erp.replacing(
      "expect_every", with: "logging: true\nexpect_every")
    try Administration.run(files) { levelwind in
      let refused = try levelwind(["webhook", "set", "erp"] + options)
      #expect(refused.status == status, "\(refused.text)")
      #expect(refused.errors.contains(words), "\(refused.errors)")
      #expect(!refused.errors.contains("hunter2"))
      #expect(levelwind.text("webhooks/erp.yaml") == files["webhooks/erp.yaml"])
    }
  }

  @Test func `an incoming configuration likewise, with its spool`() throws {
    try Administration.run(Self.files) { levelwind in
      let set = try levelwind(
        "incoming", "set", "stock", #"filter=.data.body.entity == "stock""#, "limits.tasks=5",
        "--user", "root")
      #expect(set.status == 0, "\(set.errors)")
      #expect(
        levelwind.text("incoming/stock.yaml")
          == "# all\nname: Stock\nfilter: .data.body.entity == \"stock\"\nlimits: {tasks: 5}\n")
      #expect(set.text.contains("Its spool is ") || geteuid() != 0)
      let refused = try levelwind("incoming", "set", "stock", "group=no-such-group")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("groupadd --system no-such-group"), "\(refused.errors)")
      #expect(!levelwind.text("incoming/stock.yaml").contains("group"))
    }
  }
}
