import FoundationEssentials

/// What pages are made of.
enum Parts {
  /// A column of a table.
  struct Column {
    let title: String
    var isNumber = false

    init(_ title: String, isNumber: Bool = false) {
      self.title = title
      self.isNumber = isNumber
    }
  }

  /// A table. The first cell of each row is the row's head. The caption isn't shown where a heading
  /// says the same.
  static func table(
    _ caption: String, _ columns: [Column], _ rows: [[HTML]], isHeaded: Bool = false
  ) -> HTML {
    let unseen: HTML? = isHeaded ? " class=\"unseen\"" : nil
    let head = columns.map { column -> HTML in
      column.isNumber
        ? "<th scope=\"col\" class=\"number\">\(column.title)</th>"
        : "<th scope=\"col\">\(column.title)</th>"
    }
    let body = rows.map { row -> HTML in
      let cells = zip(columns, row).enumerated().map { place, cell -> HTML in
        if place == 0 { return "<th scope=\"row\">\(cell.1)</th>" }
        return cell.0.isNumber ? "<td class=\"number\">\(cell.1)</td>" : "<td>\(cell.1)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="wide" role="region" aria-label="\(caption)" tabindex="0"><table>
      <caption\(unseen)>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody>
      </table></div>

      """
  }

  /// Labels with their values.
  static func facts(_ facts: [(String, HTML)]) -> HTML {
    let rows = facts.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" as HTML }
    return "<dl>\n\(rows)</dl>\n"
  }

  static func list(_ items: [HTML]) -> HTML {
    let rows = items.map { "<li>\($0)</li>\n" as HTML }
    return "<ul>\n\(rows)</ul>\n"
  }

  /// A state or a level as a word with a colour. The word alone says all.
  static func tag(_ word: String) -> HTML {
    switch word {
    case "active", "OK", "accepted", "done": "<span class=\"tag good\">\(word)</span>"
    case "broken", "CRITICAL", "failed", "unavailable": "<span class=\"tag bad\">\(word)</span>"
    case "waiting", "WARNING", "retry", "refused": "<span class=\"tag warn\">\(word)</span>"
    default: "<span class=\"tag\">\(word)</span>"
    }
  }

  /// A text with a button that copies it. Without a script, the field is there to copy from.
  static func copied(_ text: String, called label: String) -> HTML {
    """
    <span class="copy"><input type="text" readonly value="\(text)" aria-label="\(label)">\
    <button type="button" hidden data-copies="\(text)">Copy \
    <span class="unseen">\(label)</span></button></span>
    """
  }

  /// A command that can be typed.
  static func command(_ text: String) -> HTML { "<code>\(text)</code>" }

  /// A field of a filter.
  enum Field {
    case text(name: String, label: String, value: String, hint: String = "")
    case choice(
      name: String, label: String, value: String, [(value: String, label: String)],
      none: String = "any")
  }

  /// A filter: a form that asks for the same page with a query.
  static func filter(_ action: Link, _ fields: [Field], chosen: Bool) -> HTML {
    let rows = fields.map { field -> HTML in
      switch field {
      case .text(let name, let label, let value, let hint):
        let about: HTML? =
          hint.isEmpty ? nil : "<span class=\"hint\" id=\"\(name)-hint\">\(hint)</span>"
        let described: HTML? = hint.isEmpty ? nil : " aria-describedby=\"\(name)-hint\""
        return """
          <p><label for="\(name)">\(label)</label>\(about)\
          <input type="text" id="\(name)" name="\(name)" value="\(value)"\(described)></p>

          """
      case .choice(let name, let label, let value, let options, let none):
        let all = ([(value: "", label: none)] + options).map { option -> HTML in
          let mark: HTML? = option.value == value ? " selected" : nil
          return "<option value=\"\(option.value)\"\(mark)>\(option.label)</option>"
        }
        return """
          <p><label for="\(name)">\(label)</label>\
          <select id="\(name)" name="\(name)">\(all)</select></p>

          """
      }
    }
    let all: HTML? = chosen ? " <a href=\"\(action)\">Show all</a>" : nil
    return """
      <form method="get" action="\(action)" class="filter" role="search">
      \(rows)<p><button type="submit">Filter</button>\(all)</p>
      </form>

      """
  }

  /// What is wrong with what was asked for, above the form that asks again.
  static func problem(_ words: String) -> HTML {
    """
    <div class="problem" role="alert" tabindex="-1" autofocus><h2>There is a problem</h2>
    <p>\(words)</p></div>

    """
  }

  /// A form of one button, which changes something. `fields` are sent along; `isWarning` says that
  /// it can't be undone.
  static func button(
    _ words: String, _ action: Link, _ fields: [(name: String, value: String)] = [],
    isWarning: Bool = false
  ) -> HTML {
    let kind: HTML? = isWarning ? " class=\"warning\"" : nil
    return """
      <form method="post" action="\(action)" class="action">
      \(hidden(fields))<button type="submit"\(kind)>\(words)</button>
      </form>

      """
  }

  /// Fields that a form sends along. Those with an empty value are left out.
  static func hidden(_ fields: [(name: String, value: String)]) -> HTML {
    let inputs = fields.filter { !$0.value.isEmpty }.map { field -> HTML in
      "<input type=\"hidden\" name=\"\(field.name)\" value=\"\(field.value)\">\n"
    }
    return "\(inputs)"
  }

  /// Links to the neighbouring pages of a list.
  static func pager(_ links: [(String, Link?)]) -> HTML {
    let items = links.compactMap { label, link in
      link.map { "<li><a href=\"\($0)\">\(label)</a></li>" as HTML }
    }
    if items.isEmpty { return "" }
    return "<nav aria-label=\"Pages of this list\"><ul class=\"pager\">\(items)</ul></nav>\n"
  }
}

extension Int {
  /// The number with what is counted: `1 task`, `1,204 tasks`.
  func counted(_ one: String, _ many: String? = nil) -> String {
    "\(grouped) \(self == 1 ? one : many ?? one + "s")"
  }

  /// The number with commas between thousands.
  var grouped: String {
    let digits = Array("\(magnitude)")
    let grouped = digits.enumerated().map { index, digit in
      (digits.count - index) % 3 == 0 && index > 0 ? ",\(digit)" : "\(digit)"
    }
    return (self < 0 ? "-" : "") + grouped.joined()
  }
}
