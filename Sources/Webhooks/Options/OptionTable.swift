/// Tables of keys for the manual, made from the very options that read them.
public enum OptionTable {
  /// Returns a table in Markdown with one row for each key. The keys of a nested mapping follow as
  /// `response.status`.
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
