import Bytes
import FoundationEssentials
import Spooling
import Verification

/// A captured request beside the configuration, with what is expected of it: a test of the
/// configuration.
public struct Example: Sendable {
  /// The webhook that the request is for.
  public let webhook: Identifier
  /// The name of its files, without their ending.
  public let name: String
  /// The absolute path of the configuration's folder.
  let directory: String

  /// The path of its files from the configuration's folder, without their ending.
  public var path: String { "\(ExampleFile.folder)/\(webhook)/\(name)" }

  /// Decides about the request as the responder would.
  ///
  /// - Parameters:
  ///   - snapshot: the configuration, with the secrets of the examples.
  ///   - now: the moment to decide at, if the example doesn't say.
  /// - Returns: what isn't as expected, at the keys that expect it; what can't be read of the two
  ///   files.
  func problems(in snapshot: Snapshot, now: Date) -> [Problem] {
    let reading = Reading(file: "\(path).yaml", context: Context(folder: directory))
    guard let file = mapping(reading) else { return reading.ordered }
    let at = file[ExampleFile.at] ?? now
    let address = (file[ExampleFile.publicURL], file[ExampleFile.remote])
    let expected = Expectation(file)
    guard !reading.hasErrors else { return reading.ordered }
    do {
      var request = try CapturedMessage(content("http")).request
      (request.publicURL, request.remote) = address
      expected.compare(
        Explanation(request, for: webhook, at: at, in: snapshot), limit: snapshot.settings)
    } catch let unreadable as CapturedMessage.Unreadable {
      return [Problem(file: "\(path).http", "isn't an HTTP/1.1 request: \(unreadable)")]
    } catch {
      return [Problem(file: "\(path).http", "\(error)")]
    }
    return reading.ordered
  }

  private func mapping(_ reading: Reading) -> Mapping? {
    do {
      return reading.root(of: try content("yaml")).flatMap {
        Mapping($0, options: ExampleFile.options, expected: "a mapping, what is expected")
      }
    } catch {
      reading.report(Problem(file: reading.file, "\(error)"))
      return nil
    }
  }

  /// The largest file: larger bodies make poor examples.
  private static let most = 32 << 20

  private func content(_ ending: String) throws(BoundedFile.Failure) -> [UInt8] {
    try BoundedFile.read("\(directory)/\(path).\(ending)", limit: Self.most).bytes
  }
}

/// What is expected of an example. A difference is reported at the key that expects something else.
private struct Expectation {
  private let file: Mapping
  private let verdict: ExampleFile.Verdict?
  private let check: String?
  private let status: Int?
  private let incoming: [String]?
  private let failed: [String]
  private let tasks: Int?
  private let type: String?
  private let subject: String?
  private let assertion: JQProgram?

  init(_ file: Mapping) {
    self.file = file
    verdict = file[ExampleFile.verdict]
    check = file[ExampleFile.check]
    status = file[ExampleFile.status]
    incoming = file[ExampleFile.incoming]
    failed = file[ExampleFile.failed]
    tasks = file[ExampleFile.tasks]
    type = file[ExampleFile.type]
    subject = file[ExampleFile.subject]
    assertion = file[ExampleFile.assert]
  }

  func compare(_ explanation: Explanation, limit settings: Settings) {
    var rejection: Rejection?
    if case .rejected(let found) = explanation.decision.verdict { rejection = found }
    if let verdict, verdict.rawValue != explanation.verdict {
      let by = rejection.map { " by \($0.check): \($0.reason)" } ?? ""
      file.report(
        at: ExampleFile.verdict, "expected \(verdict.rawValue), was \(explanation.verdict)\(by)")
      // Everything else follows from it.
      return
    }
    compare(check, rejection?.check, at: ExampleFile.check)
    compare(status, explanation.answer.status, at: ExampleFile.status)
    let new = explanation.tasks.filter { $0.place == .new }
    let failures = explanation.tasks.filter { $0.place != .new }
    compareIncoming(Set(new.map(\.spool.path)))
    compareFailures(Set(failures.map(\.spool.path)), explanation)
    compare(tasks, new.count, at: ExampleFile.tasks)
    look(at: new.map { Array($0.parts.joined()) }, memory: settings.maxInflightBytes)
  }

  private func compare<Value: Equatable>(
    _ expected: Value?, _ found: Value?, at option: Option<Value?>
  ) {
    guard let expected, expected != found else { return }
    file.report(at: option, "expected \(expected), was \(found.map { "\($0)" } ?? "none")")
  }

  private func compareIncoming(_ found: Set<String>) {
    guard let incoming, Set(incoming) != found else { return }
    file.report(
      at: ExampleFile.incoming,
      "expected tasks for \(Self.list(incoming)), there are some for \(Self.list(found))")
  }

  private func compareFailures(_ found: Set<String>, _ explanation: Explanation) {
    guard Set(failed) != found else { return }
    let reasons = explanation.decision.routes.compactMap { route -> String? in
      guard case .failed(let reason) = route.outcome, !failed.contains(route.incoming) else {
        return nil
      }
      return "; \(route.incoming): \(reason)"
    }
    file.report(
      at: ExampleFile.failed,
      "expected \(Self.list(failed)), was \(Self.list(found))\(reasons.joined())")
  }

  private func look(at tasks: [[UInt8]], memory: Int) {
    for task in tasks {
      do throws(Unreadable) {
        let document = try JQValue.read([task])
        compare(type, document.member("type"), at: ExampleFile.type)
        compare(subject, document.member("subject"), at: ExampleFile.subject)
        runAssertion(over: document, memory)
      } catch {
        file.report(at: ExampleFile.tasks, "a task can't be read: \(error.reason)")
      }
    }
    if tasks.isEmpty, assertion != nil {
      file.report(at: ExampleFile.assert, "there is no task to look at")
    }
  }

  private typealias Unreadable = JQValue.Unreadable

  private func runAssertion(over document: JQValue, _ memory: Int) {
    guard let assertion else { return }
    var isTrue = false
    do throws(JQFailure) {
      let limits = JQLimits(deadline: .now + .seconds(10), growth: memory)
      try assertion.run(document, within: limits) { isTrue = $0.isTrue }
      if isTrue { return }
      file.report(at: ExampleFile.assert, "isn't true of task \(document.shortText)")
    } catch {
      file.report(at: ExampleFile.assert, "jq: \(error.reason)")
    }
  }

  private static func list(_ names: some Collection<String>) -> String {
    names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
  }
}

extension JQValue {
  fileprivate func member(_ name: String) -> String? {
    self[Array(name.utf8)]?.text.map { String(decoding: $0, as: UTF8.self) }
  }
}
