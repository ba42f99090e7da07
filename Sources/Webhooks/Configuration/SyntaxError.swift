/// Why a file could not be taken for YAML as it is used here. It is reported alone.
struct SyntaxError: Error, Equatable {
  var line: Int?
  var column: Int?
  var key = ""
  var message: String

  func problem(in file: String) -> Problem {
    Problem(file: file, line: line, column: column, key: key, message)
  }
}
