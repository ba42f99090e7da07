import ArgumentParser
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// `levelwind explain`: a dry run of a captured request.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says what would happen to a captured HTTP/1.1 request, and why; writes nothing.",
    discussion: """
      Reads the request from standard input, byte for byte: request line, headers, an empty line, \
      the body. Lines may end in LF alone, and the body may be chunked. The output never has an \
      expected signature in it. Exit 0 if the request would be accepted or answered, 1 if it would \
      be refused, 64 if the input isn't a request.
      """)

  @Argument(
    help: "The webhook's identifier. The request's own path is ignored.", completion: .webhooks
  )
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "The moment to decide at: unix seconds or RFC 3339. By default now.", valueName: "time"))
  var at: String?
  @Option(
    help: ArgumentHelp(
      "The webhook's public URL, if it differs from the configuration.",
      valueName: "url"))
  var url: String?
  @Option(help: ArgumentHelp("The client's address.", valueName: "address"))
  var remote = "127.0.0.1"
  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let now = try moment()
    let webhook = try Identifier.given(identifier)
    var request = try readRequest()
    request.remote = remote
    // The query comes with the captured request.
    request.publicURL = url.map { String($0.prefix { $0 != "?" }) }
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: now, assumedURL: url)
    guard let snapshot = loading.snapshot else {
      throw ExitCode.because(1, loading.problems.map(\.description).joined(separator: "\n"))
    }
    switch snapshot.webhooks[webhook] {
    case .broken(let problems):
      for problem in problems {
        Output.write("\(problem)\n", to: STDERR_FILENO)
      }
    // An unknown webhook is explained, too: its sender would get a 404.
    case nil: ExitCode.say(snapshot.absence(of: identifier))
    case .ready, .disabled: break
    }
    let explanation = Explanation(request, for: webhook, at: now, in: snapshot)
    let output = json ? explanation.json : Array(explanation.text.utf8)
    Output.write(output)
    if explanation.isRejected { throw ExitCode(1) }
  }

  private func readRequest() throws -> Request {
    let input = try Input.read("-")
    do throws(CapturedMessage.Unreadable) {
      return try CapturedMessage(input).request
    } catch {
      throw ExitCode.because(64, "standard input isn't an HTTP/1.1 request: \(error)")
    }
  }

  private func moment() throws -> Date {
    guard let at else { return Date() }
    if let seconds = Double(at), seconds.isFinite, abs(seconds) < 1e11 {
      return Date(timeIntervalSince1970: seconds)
    }
    if let moment = RFC3339.moment(Array(at.utf8)) { return moment }
    throw ValidationError(
      "--at \(at): expected unix seconds, or a time such as 2026-11-23T18:00:00Z")
  }
}
