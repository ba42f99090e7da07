import AdministrationMessages
import Webhooks

extension FieldsShown {
  /// Whether something can't be saved.
  var hasProblems: Bool { !problems.isEmpty || fields.contains { !$0.problems.isEmpty } }

  /// Applies what was typed where it differs from what the file has. What can't be applied becomes
  /// a problem of its field. The fields show what was typed.
  ///
  /// - Parameters:
  ///   - typed: the values by their keys. Keys without a field, and guarded ones, don't count.
  ///   - base: the key path of the part in the text.
  ///   - text: what is changed.
  mutating func apply(
    _ typed: [FieldAsked], below base: String, to text: inout ConfigurationText
  ) {
    let values = Dictionary(typed.map { ($0.key, $0.value) }) { first, _ in first }
    fields.apply(values, below: base, to: &text)
  }

  /// Tells problems at the fields that they are about.
  mutating func add(_ problems: [ProblemShown], below part: FilePart) {
    self.problems += fields.take(problems) { part.place(of: $0) }
  }
}

extension [FieldShown] {
  /// Applies what was typed, as `FieldsShown.apply` says.
  mutating func apply(
    _ values: [String: String], below base: String, to text: inout ConfigurationText
  ) {
    func place(_ key: String) -> String { base.isEmpty ? key : "\(base).\(key)" }
    for index in indices where !self[index].isGuarded {
      let field = self[index]
      guard let raw = values[field.key] else { continue }
      let value = field.typed(raw)
      guard value != field.value else { continue }
      do throws(UneditableText) {
        try field.apply(value, at: place(field.key), to: &text)
      } catch {
        self[index].problems.append(error.reason)
      }
      self[index].value = value
    }
    // A mapping without a key goes as a whole.
    for key in Set(map { $0.key.split(separator: ".").dropLast().joined(separator: ".") }) {
      if !key.isEmpty { try? text.unsetIfEmpty(place(key)) }
    }
  }

  /// Tells problems at the fields that they are about.
  ///
  /// - Parameters:
  ///   - problems: the problems, with key paths of the file.
  ///   - place: returns the key path in the file of a field's key.
  /// - Returns: the problems that are about no field.
  mutating func take(
    _ problems: [ProblemShown], at place: (String) -> String
  ) -> [ProblemShown] {
    var left: [ProblemShown] = []
    for problem in problems {
      func isAbout(_ field: FieldShown) -> Bool {
        let path = place(field.key)
        return problem.key == path || problem.key.hasPrefix("\(path).")
          || problem.key.hasPrefix("\(path)[")
      }
      let about =
        firstIndex(where: isAbout)
        // A mapping whose keys have fields: the first of them tells it.
        ?? firstIndex {
          $0.key.contains(".") && place($0.key).hasPrefix("\(problem.key).")
            && problem.key.hasPrefix(place(""))
        }
      if let about {
        let isItself = problem.key == place(self[about].key)
        self[about].problems.append(isItself ? problem.words : "\(problem.key): \(problem.words)")
      } else {
        left.append(problem)
      }
    }
    return left
  }
}

extension FieldShown {
  /// Returns what was typed with the line ends of files. Of a text of one line each blank counts;
  /// around other values none does.
  fileprivate func typed(_ raw: String) -> String {
    let lines = raw.replacing("\r\n", with: "\n")
    guard input == .lines || input == .yaml else { return lines }
    let blanks: Set<Character> = [" ", "\n", "\t"]
    var text = lines.drop { blanks.contains($0) }
    while let last = text.last, blanks.contains(last) { text.removeLast() }
    return String(text)
  }
}
