import FoundationEssentials

/// A request by which a sender checks its receiver, and the answer to it. It makes no task.
public struct Handshake: Sendable {
  /// The methods with which it may come, besides those of the webhook.
  public var methods: Set<String>
  /// The conditions that tell it from a delivery. All of them have to hold.
  public var conditions: [HandshakeCondition]
  /// Whether the request has to pass the sender's rule before it is answered; false by default.
  public var isVerified: Bool
  /// The form of the answer.
  public var reply: HandshakeReply
  /// A sentence for an administrator: when it comes, and what is answered.
  public var words: String

  /// Makes a handshake. By default it comes by POST and isn't verified.
  public init(
    methods: Set<String> = ["POST"], when conditions: [HandshakeCondition],
    isVerified: Bool = false, reply: HandshakeReply, words: String = ""
  ) {
    self.methods = methods
    self.conditions = conditions
    self.isVerified = isVerified
    self.reply = reply
    self.words = words
  }

  /// Whether it brings a secret that is stored.
  public var isTeaching: Bool {
    if case .learned = reply { true } else { false }
  }

  /// Whether its answer leaves a URL to be opened.
  public var isOpening: Bool { !openHosts.isEmpty }

  /// The hosts on which that URL may be; empty if nothing is to be opened.
  public var openHosts: [HostPattern] {
    if case .opened(_, let hosts) = reply { hosts } else { [] }
  }

  /// Returns whether a request is this handshake.
  ///
  /// - Throws: `Rejection.unverified` if a value that a condition reads is ambiguous.
  public func isMeant(by request: Request) throws(Rejection) -> Bool {
    guard methods.contains(request.method) else { return false }
    for condition in conditions {
      guard try condition.holds(for: request) else { return false }
    }
    return true
  }

  /// Answers a request if it is this handshake.
  ///
  /// The caller enforces `isVerified`, because it has the rule: see `ConfiguredSender`.
  ///
  /// - Parameters:
  ///   - request: The request to answer.
  ///   - options: The secrets, verify tokens and other values that the reply needs.
  ///   - now: The moment of the answer.
  /// - Returns: The answer; nil if the request isn't this handshake.
  /// - Throws: `Rejection.unverified` for a challenge that can't be answered, `forbidden` for an
  ///   origin that isn't allowed, `unavailable` if an option that the reply needs is missing.
  public func answer(
    _ request: Request, with options: SenderOptions = SenderOptions(), at now: Date
  ) throws(Rejection) -> HandshakeAnswer? {
    guard try isMeant(by: request) else { return nil }
    return try HandshakeResponder(request: request, options: options, now: now).answer(reply)
  }
}
