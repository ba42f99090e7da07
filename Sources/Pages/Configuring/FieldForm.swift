import AdministrationMessages

/// The fields of a form that is made from the options of a file.
enum FieldForm {
  /// How the names of the fields begin.
  static let prefix = "value-"

  /// The name and id of the field of a key.
  static func name(_ key: String) -> String { prefix + key }

  /// The fields with their labels, descriptions, defaults and problems. Guarded ones are shown with
  /// the command that changes them.
  static func fields(_ fields: [FieldShown], command: String) -> HTML {
    let all = fields.map { field($0, command: command) }
    return "\(all)"
  }

  private static func field(_ field: FieldShown, command: String) -> HTML {
    let id = name(field.key)
    // What isn't shown as it is would come back as something else.
    if field.isGuarded || !Escaping.keeps(field.value) {
      let value: HTML = field.value.isEmpty ? "not set" : "<code>\(field.value)</code>"
      return """
        <p><strong>\(words(field.key))</strong><span class="hint"><code>\(field.key)</code>: \
        \(markdown(field.documentation))</span><span>\(value). No page changes it: \
        \(Parts.command(command))</span></p>

        """
    }
    let problems = field.problems.map {
      "<span class=\"error\">Error: \($0)</span>" as HTML
    }
    let mark: HTML? = field.problems.isEmpty ? nil : " aria-invalid=\"true\""
    let needed: HTML? = field.isRequired ? " (needed)" : nil
    return """
      <p><label for="\(id)">\(words(field.key))\(needed)</label>\
      <span class="hint" id="\(id)-hint">\(hint(field))</span>\
      <span id="\(id)-error">\(problems)</span>\
      \(input(field, id, " aria-describedby=\"\(id)-hint \(id)-error\"\(mark)"))</p>

      """
  }

  private static func hint(_ field: FieldShown) -> HTML {
    let fallback: HTML? = field.fallback.map { " Default: <code>\($0)</code>." }
    let form: HTML
    switch field.input {
    case .text: form = "\(field.type)"
    case .number(let least, let most): form = "a whole number from \(least) to \(most)"
    case .words: form = "\(field.type)"
    case .lines: form = "\(field.type), one a line"
    case .yaml: form = "\(field.type), in YAML"
    }
    return """
      <code>\(field.key)</code> (\(form)): \(markdown(field.documentation))\(fallback)
      """
  }

  private static func input(_ field: FieldShown, _ id: String, _ more: HTML) -> HTML {
    func area(_ rows: Int) -> HTML {
      """
      <textarea id="\(id)" name="\(id)" rows="\(rows)" spellcheck="false"\(more)>
      \(field.value)</textarea>
      """
    }
    switch field.input {
    case .lines, .yaml:
      return area(min(max(3, field.value.split(separator: "\n").count + 1), 12))
    case .text(nil, _) where ["text", "jq program"].contains(field.type): return area(3)
    case .text where field.value.contains("\n"): return area(3)
    case .text(let pattern, let longest):
      let check: HTML? = pattern.map { " pattern=\"\(BrowserPattern.text($0))\"" }
      let most: HTML? = longest.map { " maxlength=\"\($0)\"" }
      return """
        <input type="text" id="\(id)" name="\(id)" value="\(field.value)" autocomplete="off"\
        \(check)\(most)\(more)>
        """
    case .number:
      return """
        <input type="text" inputmode="numeric" pattern="[0-9]*" id="\(id)" name="\(id)" \
        value="\(field.value)" autocomplete="off"\(more)>
        """
    case .words(let words):
      let isKnown = field.value.isEmpty || words.contains(field.value)
      let options = (isKnown ? words : [field.value] + words).map { word -> HTML in
        let mark: HTML? = word == field.value ? " selected" : nil
        return "<option value=\"\(word)\"\(mark)>\(word)</option>"
      }
      let none: HTML = field.fallback.map { "by default: \($0)" } ?? "not set"
      return """
        <select id="\(id)" name="\(id)"\(more)><option value="">\(none)</option>\(options)</select>
        """
    }
  }

  /// A key in words. Those of the specification have its own.
  static func words(_ key: String) -> String {
    let known = [
      "incoming": "Incoming configuration",
      "additional_incoming": "Additional incoming configurations", "logging": "Enable logging",
      "pre_processors": "Pre-processors", "post_processors": "Post-processors",
    ]
    if let words = known[key] { return words }
    let words = key.replacing("_", with: " ").replacing(".", with: ": ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// A text with code between backticks.
  static func markdown(_ text: String) -> HTML {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    return pieces.enumerated().map { place, piece -> HTML in
      place % 2 == 1 ? "<code>\(String(piece))</code>" : "\(String(piece))"
    }.joined(by: "")
  }

  /// Links to the fields with problems, and the other problems.
  static func summary(_ fields: [FieldShown], _ others: [ProblemShown]) -> HTML? {
    let links = fields.flatMap { field in
      field.problems.map {
        "<a href=\"#\(name(field.key))\">\(words(field.key))</a>: \(sender: $0)" as HTML
      }
    }
    guard !links.isEmpty || !others.isEmpty else { return nil }
    let list = links.isEmpty ? "" : Parts.list(links)
    return Problems.box(
      """
      <h2>There is a problem</h2>
      <p>Nothing was changed.</p>
      \(list)\(Problems.list(others, "Elsewhere"))
      """)
  }
}

/// A regular expression as the attribute `pattern` takes it: browsers match the whole value, and
/// read it with the flag `v`, by which punctuation in a class has to be escaped.
enum BrowserPattern {
  static func text(_ pattern: String) -> String {
    var text = ""
    var isClass = false
    var last: Character?
    let characters = Array(pattern)
    for (place, character) in characters.enumerated() {
      let isEscaped = last == "\\"
      if isClass, !isEscaped {
        let next = place + 1 < characters.count ? characters[place + 1] : nil
        // A hyphen at an end of the class is one itself.
        let isLiteral =
          "()[{}/|&!#$%*+,.:;<=>?@`~".contains(character)
          || character == "-" && (last == "[" || last == "^" || next == "]")
        if isLiteral { text += "\\" }
      }
      text.append(character)
      if !isEscaped {
        if character == "[", !isClass {
          isClass = true
        } else if character == "]" {
          isClass = false
        }
      }
      last = isEscaped && character == "\\" ? nil : character
    }
    return text
  }
}
