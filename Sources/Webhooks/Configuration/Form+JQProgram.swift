extension Form where Value == JQProgram {
  /// A jq program over the task document.
  static let jqProgram = Form(
    type: "jq program", expectation: "a jq program", write: { $0.source.quoted },
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
