/// A jq program over a whole task or record, for what works on it behind the answer. It may take
/// more time than a program that a sender waits for.
public struct TaskProgram: Sendable {
  private static let longest = Duration.seconds(60)
  private static let memory = 256 << 20

  private let program: JQProgram

  init(_ program: JQProgram) { self.program = program }

  /// Compiles a program.
  ///
  /// - Throws: the syntax errors in words.
  public init(_ source: String) throws(Failure) {
    do { program = try JQProgram.reading(source) } catch { throw Failure(reason: error.message) }
  }

  /// Why a program has no output.
  public struct Failure: Error, Sendable, Equatable {
    /// The reason in words.
    public let reason: String
  }

  /// Returns the first output over a document: a text as it is, anything else as JSON.
  ///
  /// - Throws: the reason why there is none.
  public func output(over document: [UInt8]) throws(Failure) -> [UInt8] {
    try first(document) { $0.text ?? $0.json }
  }

  /// Returns the first output over a task as its key. Tasks over which the program fails have the
  /// key of those for which it is null.
  public var key: @Sendable ([UInt8]) -> [UInt8] {
    { task in (try? output(over: task)) ?? Array("null".utf8) }
  }

  /// Returns whether the first output over a document is neither false nor null.
  ///
  /// - Throws: the reason why there is none.
  func isTrue(over document: [UInt8]) throws(Failure) -> Bool {
    try first(document) { $0.isTrue }
  }

  private func first<Value>(
    _ bytes: [UInt8], _ read: (JQValue) -> Value
  ) throws(Failure) -> Value {
    let limits = JQLimits(deadline: .now + Self.longest, growth: Self.memory)
    var value: Value?
    do throws(JQFailure) {
      let document: JQValue
      do { document = try JQValue.read([bytes]) } catch {
        throw .error("jq can't read the document: \(error.reason)")
      }
      try program.run(document, within: limits) { output throws(JQFailure) in
        value = value ?? read(output)
      }
    } catch {
      throw Failure(reason: error.reason)
    }
    guard let value else { throw Failure(reason: "the jq program has no output") }
    return value
  }
}
