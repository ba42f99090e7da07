/// The filter of an incoming configuration: a jq program over the task document.
struct Filter: Sendable {
  /// The fate of a delivery whose filter ends with an error.
  enum ErrorRule: String, Sendable, CaseIterable {
    /// The delivery goes into `failed/`.
    case failed
    /// The delivery isn't wanted.
    case noMatch = "no_match"
  }

  let program: JQProgram
  let onError: ErrorRule

  /// Returns whether the document is wanted: the program's first output is neither false nor null.
  /// Without an output it isn't wanted.
  func matches(_ document: JQValue, within limits: JQLimits) throws(JQFailure) -> Bool {
    var isMatch = false
    do throws(JQFailure) {
      try program.run(document, within: limits) { isMatch = $0.isTrue }
    } catch {
      guard case .error = error, onError == .noMatch else { throw error }
      return false
    }
    return isMatch
  }
}
