/// What stands before every jq program: it takes away what a program over a delivery must not have.
///
/// Regular expressions run on strings of at most 4,096 characters, since nothing can stop one. The
/// environment, further inputs, files and ways to end the process are out of reach, and so are builtins
/// that would end it with an assertion.
enum JQPrelude {
  /// The key of the error that a program ends with when all went well.
  static let outputs = Array("__levelwind".utf8)

  /// A whole program of somebody's text: it ends with an error that holds the first `most` outputs.
  ///
  /// That way, and because all of it stands in a `path(…)`, libjq 1.6 can be stopped anywhere: it
  /// aborts the process when it takes back a state within whose paths it is still looking, while no
  /// path is followed at the outside.
  static func program(_ source: String, isPath: Bool, most: Int) -> String {
    "\(start) path([limit(\(most); \(isPath ? "path" : "")(\n\(source)\n))] as $__outputs "
      + "| error({__levelwind: $__outputs}))"
  }

  /// The text alone behind the prelude, for the best message about what is wrong with it.
  static func check(_ source: String) -> String { "\(start)\n\(source)" }

  /// One line, so that the program begins in line 2.
  private static let start = source.split(separator: "\n").joined(separator: " ")

  /// Where the program begins.
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
