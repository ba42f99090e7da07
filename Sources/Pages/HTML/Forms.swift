import AdministrationMessages

/// The problems of a file on a page.
enum Problems {
  static func list(_ problems: [ProblemShown], _ title: String) -> HTML {
    if problems.isEmpty { return "" }
    let items = problems.map { one -> HTML in
      let line: HTML? = one.line.map { "Line \($0): " }
      let key: HTML? = one.key.isEmpty ? nil : "<code>\(one.key)</code>: "
      return "\(line)\(key)\(sender: one.words)"
    }
    return "<h2>\(title)</h2>\n\(Parts.list(items))"
  }

  static func box(_ content: HTML) -> HTML {
    "<div class=\"problem\" role=\"alert\" tabindex=\"-1\" autofocus>\n\(content)</div>\n"
  }
}

/// The fields of forms that change something.
enum Forms {
  static func text(
    _ name: String, _ label: String, _ value: String, _ hint: String = "",
    problem: String? = nil
  ) -> HTML {
    input("text", name, label, value, hint, problem)
  }

  static func password(
    _ name: String, _ label: String, _ hint: String, id: String? = nil, problem: String? = nil
  ) -> HTML {
    input("password", name, label, "", hint, problem, id: id)
  }

  private static func input(
    _ type: String, _ name: String, _ label: String, _ value: String, _ hint: String,
    _ problem: String?, id given: String? = nil
  ) -> HTML {
    let id = given ?? name
    let about: HTML? =
      hint.isEmpty ? nil : "<span class=\"hint\" id=\"\(id)-hint\">\(hint)</span>"
    let error: HTML? = problem.map {
      "<span class=\"error\" id=\"\(id)-error\">Error: \($0)</span>"
    }
    let ids = (hint.isEmpty ? [] : ["\(id)-hint"]) + (problem == nil ? [] : ["\(id)-error"])
    let described: HTML? =
      ids.isEmpty ? nil : " aria-describedby=\"\(ids.joined(separator: " "))\""
    let mark: HTML? = problem == nil ? nil : " aria-invalid=\"true\""
    return """
      <p><label for="\(id)">\(label)</label>\(about)\(error)\
      <input type="\(type)" id="\(id)" name="\(name)" value="\(value)" autocomplete="off"\
      \(described)\(mark)></p>

      """
  }

  static func box(
    _ name: String, _ value: String, _ label: String, isChecked: Bool = false,
    id given: String? = nil
  ) -> HTML {
    let id = given ?? name
    let mark: HTML? = isChecked ? " checked" : nil
    return """
      <p class="box"><input type="checkbox" id="\(id)" name="\(name)" value="\(value)"\(mark)>\
      <label for="\(id)">\(label)</label></p>

      """
  }

  /// One of several, each with a label.
  static func choice(
    _ name: String, _ legend: String, _ value: String, _ options: [(value: String, label: String)]
  ) -> HTML {
    let rows = options.map { option -> HTML in
      let mark: HTML? = option.value == value ? " checked" : nil
      return """
        <p class="box"><input type="radio" id="\(name)-\(option.value)" name="\(name)" \
        value="\(option.value)"\(mark)><label for="\(name)-\(option.value)">\(option.label)</label></p>

        """
    }
    return "<fieldset><legend>\(legend)</legend>\n\(rows)</fieldset>\n"
  }
}
