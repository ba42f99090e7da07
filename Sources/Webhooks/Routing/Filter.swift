/// What an incoming configuration takes: a jq program over the task document.
struct Filter: Sendable {
  /// What becomes of a delivery that the program ends over with an error.
  enum ErrorRule: String, Sendable, CaseIterable {
    /// It goes into `failed/`.
    case failed
    /// It is not wanted.
    case noMatch = "no_match"
  }

  let program: JQProgram
  let onError: ErrorRule

  /// Whether the document is wanted: the first output is neither false nor null. Without an output
  /// it is not.
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
