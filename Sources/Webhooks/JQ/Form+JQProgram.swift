extension Mapping {
  /// Warns of paths in a program over the task document that no task document has. Such a path is
  /// always null, so a filter that reads it usually wants nothing.
  func warnOfStrays(in program: JQProgram?, at option: some DocumentedOption) {
    guard let program else { return }
    for stray in JQDocumentPaths(program.source).strays {
      report(
        at: option, "\(stray.path) is always null: a task document doesn't have it",
        severity: .warning, suggestion: stray.meant)
    }
  }
}

extension Form where Value == JQProgram {
  /// Reads a jq program over the task document.
  static let jqProgram = Form(
    type: "jq program", expectation: "a jq program", schema: { .text }, write: { $0.source.quoted },
    read: { found in
      guard let text = found.text(expected: "a jq program") else { return nil }
      do throws(JQSyntaxError) {
        return try JQProgram.reading(text)
      } catch {
        found.report("jq: \(error.message)")
        return nil
      }
    })
}
