import Bytes
import Spooling
import Verification

/// A jq program that selects kept deliveries.
public struct DeliveryCondition: Sendable {
  private let program: JQProgram
  /// The time and memory of one run.
  private static let longest = Duration.seconds(1)
  private static let memory = 256 << 20

  /// Compiles a program.
  ///
  /// - Throws: the syntax errors in the program.
  public init(_ source: String) throws(JQSyntaxError) { program = try JQProgram.reading(source) }

  /// Whether the first output is neither false nor null. The input is the delivery as
  /// `delivery list --json` prints it, with its body as `body`. A delivery that the program fails
  /// over isn't selected.
  ///
  /// - Parameters:
  ///   - members: the delivery as JSON, without its body.
  ///   - request: the delivery's request.
  /// - Returns: whether the delivery is selected.
  public func matches(_ members: [UInt8], _ request: Request) -> Bool {
    let body = EncodedBody(
      request.body, contentType: request.headers.values(of: "content-type").first ?? [])
    let document = members.dropLast() + Array(#","body":"#.utf8) + body.readable + [0x7d]
    var isMatch = false
    do {
      try program.run(
        try JQValue.read([Array(document)]),
        within: JQLimits(deadline: .now + Self.longest, growth: Self.memory)
      ) { isMatch = $0.isTrue }
    } catch {
      return false
    }
    return isMatch
  }
}
