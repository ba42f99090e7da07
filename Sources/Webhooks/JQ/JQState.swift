import CJQ

/// A compiled program with its stack, for one run at a time.
///
/// Sendable without the compiler's proof: a pool hands a state to one thread at a time and takes it
/// back only after `reset` on that same thread, so no two threads count the references of a value
/// that it holds. Only `halt` is called from another thread, while the watchdog's lock keeps the
/// run from ending. It sets a flag that the run checks before each of its steps.
final class JQState: @unchecked Sendable {
  private var state: OpaquePointer?

  /// Compiles a program, which takes some 15 to 50 ms.
  ///
  /// - Parameter source: The program with the prelude.
  /// - Throws: The errors that libjq found in the program.
  init(_ source: String) throws(JQSyntaxError) {
    state = jq_init()
    let messages = Messages()
    let pointer = Unmanaged.passUnretained(messages).toOpaque()
    jq_set_error_cb(state, Messages.take, pointer)
    let isCompiled = jq_compile(state, source) != 0
    jq_set_error_cb(state, { _, message in jv_free(message) }, nil)
    guard isCompiled, !source.utf8.contains(0) else {
      throw JQSyntaxError(messages.texts.isEmpty ? ["no program"] : messages.texts)
    }
  }

  deinit { jq_teardown(&state) }

  func start(_ input: JQValue) { jq_start(state, input.copy, 0) }

  /// Runs the program to its end.
  ///
  /// - Returns: An array of the outputs; nil if the run was halted.
  /// - Throws: `JQError` if the program ended with an error.
  func run() throws(JQError) -> JQValue? {
    let end = jq_next(state)
    guard jv_get_kind(end) == JV_KIND_INVALID else {
      jv_free(end)
      return nil
    }
    let message = JQValue(taking: jv_invalid_get_msg(end))
    if let outputs = message[JQPrelude.outputs] { return outputs }
    if message.isNull { return nil }
    throw JQError(
      message: message.text.map { String(decoding: $0.prefix(1000), as: UTF8.self) }
        ?? message.shortText)
  }

  /// Releases every value of the last run.
  func reset() { jq_start(state, jv_null(), 0) }

  /// Ends the run, from another thread. It may be called once a run.
  func halt() { jq_halt(state, jv_invalid(), jv_invalid()) }

  private final class Messages {
    var texts: [String] = []

    static let take: @convention(c) (UnsafeMutableRawPointer?, jv) -> Void = { pointer, message in
      let message = JQValue(taking: jq_format_error(message))
      guard let pointer, let text = message.text else { return }
      Unmanaged<Messages>.fromOpaque(pointer).takeUnretainedValue().texts
        .append(String(decoding: text, as: UTF8.self))
    }
  }
}

/// The error with which a jq program ended, in jq's words.
struct JQError: Error {
  let message: String
}
