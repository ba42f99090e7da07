import Foundation

/// A request by which a sender makes sure of its receiver, and the answer to it. It makes no task.
public struct Handshake: Sendable {
  /// The methods that it may come with, besides those of the webhook.
  public var methods: Set<String>
  /// What tells it from a delivery; all have to hold.
  public var conditions: [HandshakeCondition]
  /// Whether the request has to pass the sender's rule before it is answered; false by default.
  public var isVerified: Bool
  /// How it is answered.
  public var reply: HandshakeReply
  /// When it comes, and what is answered, for an administrator.
  public var words: String

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

  /// Whether it brings a secret along.
  public var isTeaching: Bool {
    if case .learned = reply { true } else { false }
  }

  /// Whether its answer leaves a URL to be opened.
  public var isOpening: Bool { !openHosts.isEmpty }

  /// The hosts that the URL may be on; none where nothing is to be opened.
  public var openHosts: [HostPattern] {
    if case .opened(_, let hosts) = reply { hosts } else { [] }
  }

  /// Whether a request is this handshake.
  ///
  /// - Throws: `Refusal.unverified` if what tells it is ambiguous.
  public func isMeant(by request: Request) throws(Refusal) -> Bool {
    guard methods.contains(request.method) else { return false }
    for condition in conditions {
      guard try condition.holds(for: request) else { return false }
    }
    return true
  }

  /// The answer to a request; nil if it is no handshake of this kind.
  ///
  /// What `isVerified` demands is up to the caller, who has the rule: see `ConfiguredSender`.
  ///
  /// - Parameter options: the secrets, verify tokens and the like that the reply is made of.
  /// - Throws: `Refusal.unverified` for a challenge that can't be answered.
  public func answer(
    _ request: Request, with options: SenderOptions = SenderOptions(), at now: Date
  ) throws(Refusal) -> HandshakeAnswer? {
    guard try isMeant(by: request) else { return nil }
    return try HandshakeResponder(request: request, options: options, now: now).answer(reply)
  }
}
