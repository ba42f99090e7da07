import Testing

@testable import Webhooks

@Suite struct OptionTableTests {
  @Test func `a table has a row for every key, and the keys within`() {
    #expect(
      OptionTable.markdown(AddressesCheck.options + IncomingFile.options.prefix(2)) == """
        | key | type | default | what |
        |---|---|---|---|
        | `allow` | list of address ranges | required | Addresses and CIDR ranges, IPv4 and IPv6. |
        | `name` | text |  | Its name, for people. By default the identifier. |
        | `description` | text | `""` | Its purpose, for people. |

        """)
    #expect(OptionTable.markdown(WebhookFile.options).contains("| `response.discard` | boolean |"))
  }

  @Test func `every key is snake case and documented in sentences`() {
    func check(_ options: [any DocumentedOption]) {
      #expect(Set(options.map(\.key)).count == options.count)
      for option in options {
        #expect(option.key.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
        #expect(option.documentation.hasSuffix("."), "\(option.key)")
        #expect(!option.type.isEmpty)
        check(option.nested)
      }
    }
    check(SettingsFile.options)
    check(WebhookFile.options)
    check(IncomingFile.options)
    check(SecretOptions.all)
  }

  @Test func `the reference has every file and every kind`() {
    let reference = OptionTable.parts.map(\.text).joined(separator: "\n")
    #expect(reference.hasPrefix("### `levelwind.yaml`\n\n| key | type | default | what |\n"))
    #expect(reference.contains("\n| `not_after` | RFC 3339 time |  |"))
    for kind in PreProcessors.kinds {
      #expect(reference.contains("\n\n### Pre-processor `\(kind.type)`\n\n"))
      #expect(reference.contains(kind.example))
    }
    #expect(!reference.contains("\n\n\n"))
  }
}
