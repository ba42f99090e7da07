extension String {
  /// The text in quotes for a message: control characters escaped, cut after 60 characters.
  var quoted: String {
    let shown = count > 60 ? prefix(60) + "…" : self[...]
    return "\"\(String(shown).withoutControls)\""
  }

  /// The text with every control character and line separator escaped, so that it is one line.
  var withoutControls: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isControl {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar moves a terminal's cursor or ends a line instead of being shown.
  var isControl: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
