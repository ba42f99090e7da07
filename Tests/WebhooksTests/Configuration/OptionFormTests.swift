import Testing

@testable import Webhooks

/// Forms are made of the options that read the files.
@Suite struct OptionFormTests {
  @Test func `each kind has a form with each of its keys, described`() throws {
    for subject in OptionForm.Subject.allCases {
      for kind in OptionForm.kinds(of: subject) {
        let form = try #require(OptionForm(subject, type: kind.type))
        #expect(!form.documentation.isEmpty, "\(kind.type)")
        for option in kind.options {
          let fields = form.fields.filter {
            $0.key == option.key || $0.key.hasPrefix("\(option.key).")
          }
          #expect(!fields.isEmpty, "\(kind.type): \(option.key)")
          #expect(fields.allSatisfy { !$0.documentation.isEmpty && !$0.type.isEmpty })
        }
      }
    }
    for isWebhook in [true, false] {
      let keys = OptionForm(isWebhook: isWebhook).fields.map(\.key)
      #expect(Set(keys).count == keys.count && keys.contains("description"))
      #expect(keys.contains(isWebhook ? "history.for" : "limits.tasks"))
    }
    #expect(OptionForm(.parser, type: "header") == nil)
  }

  @Test func `the form of a value says how it is asked for`() throws {
    func input(_ subject: OptionForm.Subject, _ type: String, _ key: String) throws
      -> OptionForm.Input
    {
      let fields =
        type.isEmpty
        ? OptionForm(isWebhook: subject == .webhook).fields
        : try #require(OptionForm(subject, type: type)).fields
      return try #require(fields.first { $0.key == key }).input
    }
    #expect(try input(.webhook, "", "disabled") == .words(["true", "false"]))
    #expect(try input(.webhook, "", "methods") == .lines)
    #expect(try input(.webhook, "", "response.headers") == .yaml)
    #expect(
      try input(.webhook, "", "response.status") == .text(pattern: "^[0-9]+$", longest: nil))
    #expect(try input(.incoming, "", "limits.tasks") == .number(1...1_000_000_000))
    #expect(
      try input(.incoming, "", "limits.bytes")
        == .text(pattern: "^(0|[1-9][0-9]*)([KMGT]iB)?$", longest: nil))
    #expect(try input(.incoming, "", "limits.when_full") == .words(["refuse", "skip"]))
    #expect(try input(.preProcessor, "header", "secrets") == .yaml)
  }

  @Test func `a preset takes the keys that it needs and knows alone`() throws {
    let form = try #require(OptionForm(.preProcessor, type: "sender", sender: "shopify"))
    #expect(form.fields.map(\.key) == ["sender", "secrets", "observe"])
    #expect(form.fields.first { $0.key == "secrets" }?.isRequired == true)
  }
}
