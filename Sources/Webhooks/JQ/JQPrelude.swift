/// The code before every jq program. It removes the builtins that a program over a delivery must
/// not have.
///
/// Regular expressions run on strings of at most 4,096 characters, because a running one can't be
/// stopped. The environment, further inputs, files and ways to end the process are out of reach,
/// and so are inputs of builtins that would end it by an assertion.
enum JQPrelude {
  /// The key of the error with which a successful program ends.
  static let outputs = Array("__levelwind".utf8)

  /// Returns the whole program for a configured text. It ends with an error that holds the first
  /// `most` outputs.
  ///
  /// The error and the enclosing `path(…)` let libjq 1.6 be stopped anywhere. libjq aborts the
  /// process if it resets a state inside a `path(…)` while no path is followed at the outermost
  /// level.
  static func program(_ source: String, isPath: Bool, most: Int) -> String {
    "\(start) path([limit(\(most); \(isPath ? "path" : "")(\n\(source)\n))] as $__outputs "
      + "| error({__levelwind: $__outputs}))"
  }

  /// Returns the text with only the prelude before it, for the best message about a syntax error.
  static func check(_ source: String) -> String { "\(start)\n\(source)" }

  /// The prelude on one line, so that the program begins on line 2.
  private static let start = source.split(separator: "\n").joined(separator: " ")

  /// The number of lines before the program.
  static let lines = 1

  private static let source =
    #"""
    def __refused: error("not available here");
    """# + JQGuards.regularExpressions + JQGuards.numbers + #"""

      def __times($a; $b): $a * $b;
      def _multiply($a; $b): if ($a | type) == "string" and ($b | type) == "number"
          and ($a | utf8bytelength) * $b > 1048576
        then error("a string of more than 1 MiB") else __times($a; $b) end;
      def env: {}; def input: __refused; def inputs: __refused;
      def input_filename: null; def input_line_number: 0;
      def debug: .; def stderr: .;
      def halt: __refused; def halt_error: __refused; def halt_error(code): __refused;
      def modulemeta: __refused; def get_search_list: __refused;
      {} as $ENV |
      """#
}
