import Administration
import ArgumentParser
import Bytes
import Fetching
import FoundationEssentials
import Glibc
import Serving
import Verification
import Webhooks

/// `levelwind delivery send`.
struct DeliverySendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Sends deliveries to a URL, with their method, headers and bytes.",
    discussion: """
      The URL may be on this machine. Headers that carried a secret were not kept, and are not \
      sent. --sign signs a delivery anew, as its sender would, with the webhook's secret, or the one \
      in --secret-file. With --sender, that needs no configuration. With -, the lines of levelwind delivery follow --json come from standard input; this needs no \
      configuration. A delivery that isn't answered 2xx is tried again --retry times; then the \
      command ends with exit code 1, and --cursor keeps the last one that was.

        levelwind delivery send 019a3f --to http://localhost:3000/hook
      """)

  @Argument(
    help: ArgumentHelp(
      "Ids of deliveries, or webhooks' identifiers; - reads standard input.", valueName: "id"),
    completion: .webhooks)
  var names: [String]
  @OptionGroup var history: HistoryOptions
  @OptionGroup var selection: DeliverySelection
  @Option(help: ArgumentHelp("The URL to send to.", valueName: "url"))
  var to: String
  @Flag(help: "Sign anew, as of now, with the webhook's secret.")
  var sign = false
  @Option(
    help: ArgumentHelp("Sign with the secret in this file instead.", valueName: "file"))
  var secretFile: String?
  @Option(
    help: ArgumentHelp("Sign as this sender, without a configuration.", valueName: "name"),
    completion: .senders)
  var sender: String?
  @Option(help: ArgumentHelp("At most so many a second.", valueName: "number"))
  var rate: Double?
  @Option(help: "How often to try again what isn't answered 2xx, after 1 s, 2 s, 4 s and so on.")
  var retry = 0
  @Option(
    help: ArgumentHelp("With -: keep the cursor of the last one in this file.", valueName: "file"))
  var cursor: String?
  @Option(
    name: .customLong("ca-file"),
    help: ArgumentHelp(
      "Trust the certificates in this PEM file, instead of the system's.", valueName: "file"))
  var trust: String?

  func validate() throws {
    guard to.hasPrefix("http://") || to.hasPrefix("https://") else {
      throw ValidationError("--to \(to): expected a URL that begins with http:// or https://")
    }
    if let rate, !(rate > 0) { throw ValidationError("--rate has to be above 0") }
    if !(0...20 ~= retry) { throw ValidationError("--retry has to be from 0 to 20") }
    if !sign, secretFile != nil || sender != nil {
      throw ValidationError("--secret-file and --sender go with --sign")
    }
    if sender != nil, secretFile == nil { throw ValidationError("--sender needs --secret-file") }
    if let sender, Sender.named(sender) == nil {
      throw ValidationError("there is no sender \(sender)\(NearName.hint(sender: sender))")
    }
  }

  func run() throws {
    var pace = Pace(rate)
    let signer = try signer()
    if names == ["-"] { return try sendLines(signer, &pace) }
    let settings = try history.open()
    let chosen = try ChosenDeliveries(names, selection, settings)
    var count = 0
    try chosen.each("sent") { entry in
      _ = try entry.keptBody()
      var request = try Self.request(entry.message, entry.facts.id)
      if let signer { request = try signer.signed(request, of: entry.facts.webhook) }
      try send(request, entry.facts.id, &pace)
      count += 1
    }
    print("\(count.counted("delivery", "deliveries")) sent to \(to)")
    if count == 0 { throw ExitCode(1) }
  }

  private func signer() throws -> DeliverySigner? {
    guard sign else { return nil }
    if let sender, let secretFile {
      return try DeliverySigner(sender: sender, secretFile: secretFile, url: to)
    }
    return try DeliverySigner(history.configuration, secretFile: secretFile)
  }

  /// Sends what `follow --json` prints.
  private func sendLines(_ signer: DeliverySigner?, _ pace: inout Pace) throws {
    var keeper = try cursor.map { try CursorFile($0) }
    var lines = try LineReader("-")
    while let line = lines.next() {
      guard let one = BoundedJSON.decode(FollowedDelivery.self, from: line, isSnakeCase: true),
        let message = Data(base64Encoded: one.message)
      else {
        throw ExitCode.because(
          64, "standard input: expected lines of levelwind delivery follow --json")
      }
      if let place = keeper?.value, one.cursor <= place { continue }
      if one.hasBody {
        var request = try Self.request(Array(message), one.id)
        if let signer { request = try signer.signed(request, of: one.webhook) }
        try send(request, one.id, &pace)
      } else {
        ExitCode.say("\(one.id) is left out: its body was not kept")
      }
      try keeper?.write(one.cursor)
    }
  }

  private func send(_ request: Request, _ id: String, _ pace: inout Pace) throws {
    let query = String(decoding: request.query, as: UTF8.self)
    let target = query.isEmpty || to.contains("?") ? to : "\(to)?\(query)"
    let headers = request.headers.fields.filter { !Self.ownHeaders.contains($0.name) }
      .map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }
    for attempt in 0...retry {
      pace.wait()
      let why: String
      do throws(FetchError) {
        let answer = try ExampleDelivery(trust: trust).send(
          request.method, target, headers: headers, body: request.body)
        if 200..<300 ~= answer.status {
          Output.write("\(id): \(answer.status)\n")
          return
        }
        why = "answered \(answer.status)"
      } catch {
        why = error.told(trustedBy: "--ca-file FILE")
      }
      let isLast = attempt == retry
      ExitCode.say("\(id): \(why)\(isLast ? "" : "; trying again in \(1 << attempt) s")")
      if !isLast { sleep(UInt32(1 << attempt)) }
    }
    throw ExitCode(1)
  }

  /// Headers of one connection, or that the client writes itself.
  private static let ownHeaders: Set = [
    "host", "content-length", "connection", "transfer-encoding", "keep-alive", "expect", "te",
    "upgrade", "user-agent",
  ]

  private static func request(_ message: [UInt8], _ id: String) throws -> Request {
    do throws(CapturedMessage.Unreadable) {
      return try CapturedMessage(message).request
    } catch {
      throw ExitCode.because(1, "the request of \(id) can't be read: \(error)")
    }
  }
}

/// A line of `delivery follow --json`, as far as `send` needs it.
private struct FollowedDelivery: Decodable {
  let id: String
  let webhook: String
  let cursor: Int
  let message: String
  let hasBody: Bool
}

/// The pace of sending.
private struct Pace {
  private let pause: Duration?
  private var next = ContinuousClock.now

  init(_ rate: Double?) { pause = rate.map { .seconds(1 / $0) } }

  /// Waits until the next one may be sent.
  mutating func wait() {
    guard let pause else { return }
    let left = next - .now
    if left > .zero { usleep(UInt32(min(left / .microseconds(1), 1e9))) }
    next = max(next, .now) + pause
  }
}
