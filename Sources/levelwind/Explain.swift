import ArgumentParser
import Foundation
import Verification
import Webhooks

/// `levelwind explain`: a dry run of a captured request.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what would become of a captured HTTP/1.1 request, and why; writes nothing.",
    discussion: """
      Reads the request from standard input, byte for byte: request line, headers, an empty \
      line, the body. Lines may end in LF alone, and a body may be chunked. No expected \
      signature is shown. Exit 0 if it would be accepted or answered, 1 if it would be rejected, \
      64 if the input is no request.
      """)

  @Argument(
    help: "The webhook's identifier; the request's own path decides nothing.", completion: .webhooks
  )
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "The moment to decide at: unix seconds or RFC 3339. By default now.", valueName: "time"))
  var at: String?
  @Option(
    help: ArgumentHelp(
      "The webhook's public URL, where it is another than the configuration says.",
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
    // A query comes with the request.
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
        FileHandle.standardError.write(Data("\(problem)\n".utf8))
      }
    // What the sender would be answered is worth showing: a 404.
    case nil: ExitCode.say(snapshot.absence(of: identifier))
    case .ready, .disabled: break
    }
    let explanation = Explanation(request, for: webhook, at: now, in: snapshot)
    let output = json ? explanation.json : Array(explanation.text.utf8)
    FileHandle.standardOutput.write(Data(output))
    if explanation.isRejected { throw ExitCode(1) }
  }

  private func readRequest() throws -> Request {
    let input = try FileHandle.standardInput.readToEnd() ?? Data()
    do throws(CapturedMessage.Unreadable) {
      return try CapturedMessage(Array(input)).request
    } catch {
      throw ExitCode.because(64, "standard input is no HTTP/1.1 request: \(error)")
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
