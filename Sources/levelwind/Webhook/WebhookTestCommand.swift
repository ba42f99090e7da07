import ArgumentParser
import Bytes
import Fetching
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// `levelwind webhook test`: makes an example of a delivery.
struct WebhookTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Prints, or sends, a signed example of a webhook's deliveries.",
    discussion: """
      Signs the example as the sender would, with the first secret in use, and says what would \
      become of it. With --show-secrets, the output can be piped into levelwind explain. With \
      --send, the example goes to the webhook's URL, or to --url, and makes tasks like any \
      delivery. Exit 0 if it was accepted. If the sender signs with a private key of its own, no \
      example can be made (exit 1).
      """)

  @Argument(help: "The webhook's identifier.", completion: .webhooks)
  var identifier: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Send it, over the network, and print the answer.")
  var send = false
  @Option(help: ArgumentHelp("The URL to send it to. By default the webhook's.", valueName: "url"))
  var url: String?
  @Option(help: ArgumentHelp("The file with the body; - is standard input.", valueName: "file"))
  var body: String?
  @Option(
    help: ArgumentHelp(
      "A further header, such as the kind of event that a filter looks at; may be repeated.",
      valueName: "name: value"))
  var header: [HeaderLine] = []
  @Option(
    name: .customLong("ca-file"),
    help: ArgumentHelp(
      "Trust the certificates in this PEM file, instead of the system's.", valueName: "file"))
  var trust: String?
  @Flag(help: "Also print headers and parameters that are secrets.")
  var showSecrets = false

  func run() throws {
    let now = Date()
    try configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try configuration.snapshot()
    guard let name = Identifier(identifier), let entry = snapshot.webhooks[name] else {
      throw snapshot.missing(identifier)
    }
    guard case .ready(let webhook) = entry, !webhook.isWaiting else {
      throw ExitCode.because(1, "webhook \(identifier) is \(entry.word), and accepts no deliveries")
    }
    let request: Request
    do throws(Unsignable) {
      request = try webhook.example(
        path: path(of: webhook), headers: header.map { ($0.name, $0.value) }, body: try content(),
        at: now)
    } catch {
      throw ExitCode.because(1, error.reason)
    }
    let masked = showSecrets ? request : request.masking(webhook.secretNames)
    if !send {
      Output.write(masked.message(host: host(of: webhook)))
      if isatty(STDOUT_FILENO) == 1 { print() }
      let explanation = Explanation(request, for: name, at: now, in: snapshot)
      ExitCode.say("this would be answered \(explanation.answer.status)")
      if explanation.isRejected { throw ExitCode(1) }
      return
    }
    try deliver(request, webhook)
  }

  private func deliver(_ request: Request, _ webhook: Webhook) throws {
    guard let url = url ?? webhook.publicURL else {
      throw ExitCode.because(64, "the URL is unknown: give --url, or set base_url")
    }
    let query = String(decoding: request.query, as: UTF8.self)
    let target = query.isEmpty ? url : "\(url)?\(query)"
    do throws(FetchError) {
      let answer = try ExampleDelivery(trust: trust).send(
        request.method, target,
        headers: request.headers.fields.map {
          ($0.name, String(decoding: $0.value, as: UTF8.self))
        }, body: request.body)
      print("\(answer.status) from \(url)")
      print(String(decoding: answer.body, as: UTF8.self))
      if !(200..<300).contains(answer.status) { throw FetchError.status(answer.status) }
    } catch {
      throw ExitCode.because(1, error.told(trustedBy: "--ca-file FILE"))
    }
  }

  private func content() throws(Unsignable) -> [UInt8] {
    guard let body else { return Array(#"{"test":true,"from":"levelwind webhook test"}"#.utf8) }
    do throws(Input.Unreadable) {
      return try Input.read(body)
    } catch {
      throw Unsignable("\(error)")
    }
  }

  private func path(of webhook: Webhook) -> String {
    let place = (url ?? webhook.publicURL).flatMap { URLComponents(string: $0)?.percentEncodedPath }
    return place.flatMap { $0.isEmpty ? nil : $0 } ?? "/webhook/\(identifier)"
  }

  private func host(of webhook: Webhook) -> String {
    let parts = (url ?? webhook.publicURL).flatMap { URLComponents(string: $0) }
    guard let host = parts?.host else { return "localhost" }
    return parts?.port.map { "\(host):\($0)" } ?? host
  }
}

/// `Name: value` on the command line.
struct HeaderLine: ExpressibleByArgument {
  let name: String
  let value: String

  init?(argument: String) {
    let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty,
      parts[0].utf8.allSatisfy({ 0x21...0x7e ~= $0 }), !argument.utf8.contains(where: { $0 < 0x20 })
    else { return nil }
    name = String(parts[0])
    value = parts[1].trimmed
  }
}
