extension OptionTable {
  /// A part of the reference in Markdown, by the name that a page of the manual asks for it with.
  public typealias Part = (name: String, text: String)

  /// Every file, every kind and every key.
  public static var parts: [Part] {
    [
      ("settings", section("`\(SettingsFile.name)`", SettingsFile.options)),
      ("webhook", section("`webhooks/<identifier>.yaml`", WebhookFile.options)),
      ("incoming", section("`incoming/<identifier>.yaml`", IncomingFile.options)),
      ("example", section("`tests/<webhook>/<name>.yaml`", ExampleFile.options)),
      ("secret", section("A secret, one of a list of `secrets`", SecretOptions.all)),
      ("public-key", section("A public key, one of a list of `public_keys`", PublicKeyOptions.all)),
      (
        "parsers",
        joined(Parsers.kinds) {
          section("Parser", $0.type, $0.documentation, $0.example, Parsers.options(of: $0))
        }
      ),
      (
        "relays",
        joined(Relays.kinds) {
          section("Relay", $0.type, $0.documentation, $0.example, Relays.options(of: $0))
        }
      ),
      (
        "pre-processors",
        joined(PreProcessors.kinds) {
          section(
            "Pre-processor", $0.type, $0.documentation, $0.example, PreProcessors.options(of: $0))
        }
      ),
      (
        "post-processors",
        joined(PostProcessors.kinds) {
          section(
            "Post-processor", $0.type, $0.documentation, $0.example,
            PostProcessors.options(of: $0))
        }
      ),
    ]
  }

  private static func joined<Kind>(_ kinds: [Kind], _ section: (Kind) -> String) -> String {
    kinds.map(section).joined(separator: "\n")
  }

  private static func section(_ title: String, _ options: [any DocumentedOption]) -> String {
    "### \(title)\n\n\(markdown(options))"
  }

  private static func section(
    _ kind: String, _ type: String, _ documentation: String, _ example: String,
    _ options: [any DocumentedOption]
  ) -> String {
    """
    ### \(kind) `\(type)`

    \(documentation)

    ```yaml
    \(example)
    ```

    \(options.isEmpty ? "No keys but `type`.\n" : markdown(options))
    """
  }
}
