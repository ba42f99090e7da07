/// Tables of keys for the documentation, made from the very options that read them.
public enum OptionTable {
  /// Every file, every kind and every key in Markdown, for the README and the manual pages.
  public static var reference: String {
    let files = [
      section("`\(SettingsFile.name)`", SettingsFile.options),
      section("`webhooks/<identifier>.yaml`", WebhookFile.options),
      section("`incoming/<identifier>.yaml`", IncomingFile.options),
      section("A secret, one of a list of `secrets`", SecretOptions.all),
      section("A public key, one of a list of `public_keys`", PublicKeyOptions.all),
    ]
    let parsers = Parsers.kinds.map { kind in
      section("Parser", kind.type, kind.documentation, kind.example, Parsers.options(of: kind))
    }
    let kinds = PreProcessors.kinds.map { kind in
      section(
        "Pre-processor", kind.type, kind.documentation, kind.example,
        PreProcessors.options(of: kind))
    }
    let postProcessors = PostProcessors.kinds.map { kind in
      section(
        "Post-processor", kind.type, kind.documentation, kind.example,
        PostProcessors.options(of: kind))
    }
    return (files + parsers + kinds + postProcessors).joined(separator: "\n")
  }

  private static func section(_ title: String, _ options: [any DocumentedOption]) -> String {
    "#### \(title)\n\n\(markdown(options))"
  }

  private static func section(
    _ kind: String, _ type: String, _ documentation: String, _ example: String,
    _ options: [any DocumentedOption]
  ) -> String {
    """
    #### \(kind) `\(type)`

    \(documentation)

    ```yaml
    \(example)
    ```

    \(options.isEmpty ? "No keys but `type`.\n" : markdown(options))
    """
  }

  /// A table in Markdown, a row a key; the keys of mappings within follow, as `response.status`.
  static func markdown(_ options: [any DocumentedOption]) -> String {
    let head = ["| key | type | default | what |", "|---|---|---|---|"]
    return (head + rows(options, within: "")).joined(separator: "\n") + "\n"
  }

  private static func rows(_ options: [any DocumentedOption], within path: String) -> [String] {
    options.flatMap { option in
      let key = path + option.key
      let fallback = option.isRequired ? "required" : option.fallbackText.map { "`\($0)`" } ?? ""
      let row =
        "| `\(key)` | \(option.type) | \(fallback) | \(option.documentation.replacing("|", with: "\\|")) |"
      let isList = option.type.hasPrefix("list")
      return [row] + rows(option.nested, within: key + (isList ? "[]." : "."))
    }
  }
}
