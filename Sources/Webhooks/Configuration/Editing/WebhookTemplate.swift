import FoundationEssentials
import Verification

/// The file of a new webhook, with comments that explain the keys.
public struct WebhookTemplate: Sendable {
  /// The check that verifies deliveries.
  public enum Check: Sendable {
    /// A sender's preset, and more of its keys with their values in YAML.
    case sender(Sender, settings: [(key: String, value: String)])
    /// A header that holds an HMAC.
    case hmac(HMACSettings)
    /// A pre-processor of any kind that takes secrets: its type, its other keys with their values
    /// in YAML, and where the sender puts the secret, as a sentence.
    case kind(String, settings: [(key: String, value: String)], words: String)
    /// A header that holds the secret.
    case header(String)
    case basicAuth
    /// A query parameter that holds the secret.
    case queryToken(String)
    /// Anyone may send.
    case open
  }

  /// The usual value of `history`, as it stands in a file.
  public static let history = "{for: 7d, bytes: 1GiB}"

  /// The identifier, which names the file and ends the URL.
  public let identifier: Identifier
  /// The name that people use.
  public let name: String
  /// The main incoming configuration.
  public let incoming: Identifier
  /// The check that verifies deliveries.
  public let check: Check
  /// A description for people; empty for none.
  public var description = ""
  /// The moment when it is made; nil to leave it out.
  public var created: Date?
  /// The additional incoming configurations.
  public var additional: [Identifier] = []
  /// Whether every delivery is logged, not only refused ones.
  public var isLogging = true
  /// Whether its deliveries are kept in the history.
  public var keepsHistory = true
  /// Whether the webhook refuses all deliveries until it is enabled.
  public var isDisabled = false
  /// The secret's file in the folder `secrets`; nil if the check needs none.
  public var secret: String?
  /// Whether the secret's file may come later.
  public var isPending = false
  /// The verify token's file in the folder `secrets`; nil if the check needs none.
  public var verifyToken: String?
  /// The header with the sender's own id of a delivery; nil to use the preset's.
  public var deliveryIDHeader: String?
  /// Whether a delivery makes no task if its id was accepted before.
  public var isReplayRefused = false

  /// Creates a template. All other settings have defaults.
  public init(identifier: Identifier, name: String, incoming: Identifier, check: Check) {
    self.identifier = identifier
    self.name = name
    self.incoming = incoming
    self.check = check
  }

  /// The text of the file, in UTF-8.
  public var bytes: [UInt8] {
    var lines = [
      JSONSchema.comment(naming: "webhook"),
      "# The file's name makes the URL, …/webhook/\(identifier). A change of the name below "
        + "doesn't change it.",
      "# After a change: levelwind check, and levelwind reload.",
      "name: \(YAMLScalar(name).written)",
    ]
    if !description.isEmpty { lines.append("description: \(YAMLScalar(description).written)") }
    if let created { lines.append("created: \(created.ISO8601Format())") }
    lines += [
      "# true: senders get 404, as if the webhook did not exist (levelwind webhook disable "
        + "\(identifier)).",
      "disabled: \(isDisabled)",
      "# Where the tasks go: incoming/\(incoming).yaml. Each of additional_incoming gets its own "
        + "tasks.",
      "incoming: \(YAMLScalar(incoming.text).written)",
    ]
    if !additional.isEmpty {
      let list = additional.map { YAMLScalar($0.text).written }.joined(separator: ", ")
      lines.append("additional_incoming: [\(list)]")
    }
    if let deliveryIDHeader {
      lines += [
        "# The sender's own id of a delivery, the same whenever it tries again.",
        "delivery_id_header: \(YAMLScalar(deliveryIDHeader).written)",
      ]
    }
    lines += [
      "# true: accepted deliveries are logged, too. Refused ones always are.",
      "logging: \(isLogging)",
    ]
    if keepsHistory {
      lines += [
        "# Deliveries are kept, and levelwind delivery finds them and brings them back.",
        "history: \(Self.history)",
      ]
    }
    lines += [
      "# The checks that a delivery has to pass, in this order; man 5 levelwind-webhook has all kinds."
    ]
    return Array((lines + checkLines + replayLines).map { $0 + "\n" }.joined().utf8)
  }

  private var replayLines: [String] {
    guard isReplayRefused else { return [] }
    return [
      "  # A copy of an accepted delivery makes no task, even if it is sent again by hand.",
      "  - type: replay",
    ]
  }

  private var checkLines: [String] {
    switch check {
    case .open: return ["# [] means that anyone may send.", "pre_processors: []"]
    case .sender(let sender, let settings):
      return [
        "pre_processors:", "  # levelwind senders show \(sender.name) says what is checked.",
        "  - type: sender", "    sender: \(sender.name)",
      ] + secretLines + settings.map { "    \($0.key): \($0.value)" }
    case .hmac(let settings): return settings.lines + secretLines
    case .kind(let type, let settings, _):
      return ["pre_processors:", "  - type: \(type)"]
        + settings.map { "    \($0.key): \($0.value)" } + secretLines
    case .header(let name):
      return ["pre_processors:", "  - type: header", "    name: \(YAMLScalar(name).written)"]
        + secretLines
    case .basicAuth: return ["pre_processors:", "  - type: basic_auth"] + secretLines
    case .queryToken(let name):
      return [
        "pre_processors:", "  - type: query_token", "    parameter: \(YAMLScalar(name).written)",
      ] + secretLines
    }
  }

  private var secretLines: [String] {
    var lines: [String] = []
    if let secret {
      lines += [
        "    # Files in secrets/. There are two while a new secret replaces an old one:",
        "    # levelwind webhook secret add \(identifier)", "    secrets:",
        "      - {secret: \(YAMLScalar(secret).written)\(isPending ? ", pending: true" : "")}",
      ]
    }
    if let verifyToken {
      lines += [
        "    # The verify token that the sender's handshake has to bring.",
        "    verify_tokens: [{secret: \(YAMLScalar(verifyToken).written)}]",
      ]
    }
    return lines
  }
}
