import Verification
import Webhooks

/// The secrets of a new webhook.
struct NewSecrets {
  /// A file for the folder `secrets`.
  struct File {
    let name: String
    let value: [UInt8]
    /// The content of the file: the value and a newline.
    var content: [UInt8] { value + [0x0a] }
  }

  /// The files to write. A secret that comes later has none.
  private(set) var files: [File] = []
  /// The name of the secret's file; nil if the check needs no secret.
  private(set) var secret: String?
  /// Whether the secret's file comes later.
  private(set) var isPending = false
  /// The name of the verify token's file.
  private(set) var verifyToken: String?
  /// Instructions for the administrator. A secret that was made here is among the words.
  private(set) var words: [String] = []
  /// The secret and the verify token, if they were made here.
  private(set) var made: (secret: String?, verifyToken: String?) = (nil, nil)

  init(
    for identifier: Identifier, check: WebhookCheckOptions, input: SecretInputOptions,
    files: ConfigurationFiles
  ) throws {
    let name = Self.free(identifier.text, in: files)
    switch check.check {
    case .open: return
    case .sender(let sender, _):
      if sender.isSecretUsual { try add(name, of: sender, identifier, input) }
      guard sender.needs.union(sender.takes).contains(.verifyTokens) else { return }
      let token = Self.free("\(identifier)-verify", in: files)
      verifyToken = token
      made.verifyToken = make(
        token, Secret.random(), "The verify token, shown this once, for \(sender.title):")
    case .hmac(let settings):
      try add(
        name, Secret.random(), "The sender signs with it, in header \(settings.header).", input)
    case .header(let header):
      try add(name, Secret.random(), "The sender sends it as header \(header).", input)
    case .basicAuth:
      let pair = Array("levelwind:".utf8) + Secret.random()
      try add(name, pair, "The sender authenticates with it, user:password.", input)
    case .queryToken(let parameter):
      try add(name, Secret.random(), "The sender appends ?\(parameter)=… to the URL.", input)
    }
  }

  /// Returns the first name without a file in `secrets`: `erp`, `erp-1`, …
  static func free(_ stem: String, in files: ConfigurationFiles) -> String {
    var name = stem
    var number = 0
    while files.exists("secrets/\(name)") {
      number += 1
      name = "\(stem)-\(number)"
    }
    return name
  }

  private mutating func add(
    _ name: String, of sender: Sender, _ identifier: Identifier, _ input: SecretInputOptions
  ) throws {
    if sender.takesOurSecret {
      let words = "Give it to \(sender.title): \(sender.secretPlace)."
      return try add(name, sender.newSecret(), words, input)
    }
    secret = name
    let place = sender.secretPlace
    let issued = try input.secret(
      prompt:
        "The secret that \(sender.title) issued (\(place)); typing isn't shown, empty for later: ")
    if let issued {
      files.append(File(name: name, value: issued))
      return
    }
    isPending = true
    words += [
      "The secret comes from \(sender.title): \(place).",
      "Deliveries are answered 503 until the secret is there: levelwind webhook secret add "
        + "\(identifier)",
    ]
  }

  /// Adds a given secret, or makes one.
  private mutating func add(
    _ name: String, _ value: [UInt8], _ words: String, _ input: SecretInputOptions
  ) throws {
    secret = name
    if let given = try input.secret(prompt: nil) {
      files.append(File(name: name, value: given))
      self.words.append(words)
    } else {
      made.secret = make(name, value, "The secret, shown this once. \(words)")
    }
  }

  private mutating func make(_ name: String, _ value: [UInt8], _ words: String) -> String {
    files.append(File(name: name, value: value))
    let text = String(decoding: value, as: UTF8.self)
    self.words += [words, "  \(text)"]
    return text
  }
}

extension Sender {
  /// Whether a secret is usually configured for the sender. Such a sender needs one and doesn't
  /// bring it along, or needs nothing else and takes one.
  var isSecretUsual: Bool {
    let isTaught = handshakes.contains(where: \.isTeaching)
    if needs.contains(.secrets) { return !isTaught }
    return needs.subtracting([.keyStore, .publicURL]).isEmpty && !needs.contains(.keyStore)
      && takes.contains(.secrets) && !isTaught
  }
}
