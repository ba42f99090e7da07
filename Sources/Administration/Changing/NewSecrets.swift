import Verification
import Webhooks

/// The secrets of a new webhook.
package struct NewSecrets {
  /// Returns a secret that the sender has issued, or the administrator has chosen; nil for none.
  /// The question is for a person: nil to ask nothing.
  package typealias Given = (_ question: String?) throws -> [UInt8]?

  /// A file for the folder `secrets`.
  package struct File {
    package let name: String
    let value: [UInt8]
    /// The content of the file: the value and a newline.
    var content: [UInt8] { value + [0x0a] }
  }

  /// The files to write. A secret that comes later has none.
  package private(set) var files: [File] = []
  /// The name of the secret's file; nil if the check needs no secret.
  private(set) var secret: String?
  /// Whether the secret's file comes later.
  private(set) var isPending = false
  /// The name of the verify token's file.
  private(set) var verifyToken: String?
  /// Instructions for the administrator, each with the secret that it is about, if that was made
  /// here.
  package private(set) var instructions: [(words: String, secret: String?)] = []
  /// The secret and the verify token, if they were made here.
  package private(set) var made: (secret: String?, verifyToken: String?) = (nil, nil)

  /// Makes the secrets, or takes those that are given.
  package init(
    for identifier: Identifier, check: WebhookTemplate.Check, files: ConfigurationFiles,
    given: Given
  ) throws {
    let name = Self.free(identifier.text, in: files)
    switch check {
    case .open: return
    case .sender(let sender, _):
      if sender.isSecretUsual { try add(name, of: sender, identifier, given) }
      guard sender.needs.union(sender.takes).contains(.verifyTokens) else { return }
      let token = Self.free("\(identifier)-verify", in: files)
      verifyToken = token
      made.verifyToken = make(
        token, Secret.random(), "The verify token, shown this once, for \(sender.title):")
    case .hmac(let settings):
      try add(
        name, Secret.random(), "The sender signs with it, in header \(settings.header).", given)
    case .kind(_, _, let words): try add(name, Secret.random(), words, given)
    case .header(let header):
      try add(name, Secret.random(), "The sender sends it as header \(header).", given)
    case .basicAuth:
      let pair = Array("levelwind:".utf8) + Secret.random()
      try add(name, pair, "The sender authenticates with it, user:password.", given)
    case .queryToken(let parameter):
      try add(name, Secret.random(), "The sender appends ?\(parameter)=… to the URL.", given)
    }
  }

  /// Returns the first name without a file in `secrets`: `erp`, `erp-1`, …
  package static func free(_ stem: String, in files: ConfigurationFiles) -> String {
    var name = stem
    var number = 0
    while files.exists("secrets/\(name)") {
      number += 1
      name = "\(stem)-\(number)"
    }
    return name
  }

  private mutating func add(
    _ name: String, of sender: Sender, _ identifier: Identifier, _ given: Given
  ) throws {
    if sender.takesOurSecret {
      let words = "Give it to \(sender.title): \(sender.secretPlace)."
      return try add(name, sender.newSecret(), words, given)
    }
    secret = name
    let place = sender.secretPlace
    let issued = try given(
      "The secret that \(sender.title) issued (\(place)); typing isn't shown, empty for later: ")
    if let issued {
      files.append(File(name: name, value: issued))
      if !place.isEmpty {
        instructions.append(
          ("Enter the URL at \(sender.title), where its secret is: \(place).", nil))
      }
      return
    }
    isPending = true
    instructions += [
      ("The secret comes from \(sender.title): \(place).", nil),
      (
        "Deliveries are answered 503 until the secret is there: levelwind webhook secret add "
          + "\(identifier)", nil
      ),
    ]
  }

  /// Adds a given secret, or makes one.
  private mutating func add(
    _ name: String, _ value: [UInt8], _ words: String, _ given: Given
  ) throws {
    secret = name
    if let value = try given(nil) {
      files.append(File(name: name, value: value))
      instructions.append((words, nil))
    } else {
      made.secret = make(name, value, "The secret, shown this once. \(words)")
    }
  }

  private mutating func make(_ name: String, _ value: [UInt8], _ words: String) -> String {
    files.append(File(name: name, value: value))
    let text = String(decoding: value, as: UTF8.self)
    instructions.append((words, text))
    return text
  }
}

extension Sender {
  /// Whether a secret is usually configured for the sender. Such a sender needs one and doesn't
  /// bring it along, or needs nothing else and takes one.
  package var isSecretUsual: Bool {
    let isTaught = handshakes.contains(where: \.isTeaching)
    if needs.contains(.secrets) { return !isTaught }
    return needs.subtracting([.keyStore, .publicURL]).isEmpty && !needs.contains(.keyStore)
      && takes.contains(.secrets) && !isTaught
  }
}
