extension Handshake {
  /// The CloudEvents protection against abuse.
  static let cloudEvents = Handshake(
    methods: ["OPTIONS"], when: [.has(.header("WebHook-Request-Origin"))], reply: .cloudEvents,
    words:
      "Before the first delivery: OPTIONS, which asks whether an origin may send, and how much.")

  /// Microsoft's validation of a subscription.
  static let validationToken = Handshake(
    methods: ["POST", "GET"], when: [.has(.parameter("validationToken")), .emptyBody],
    reply: .text(.parameter("validationToken")),
    words: "When a subscription is made or renewed: a token in the query, said back as text.")

  /// A request of this method that wants nothing but 200.
  static func bare(_ method: String, words: String) -> Handshake {
    Handshake(methods: [method], when: [], reply: .status(200), words: words)
  }

  /// The handshake of PubSubHubbub, as Meta and Strava have it.
  static func subscription(reply: HandshakeReply, answer: String) -> Handshake {
    Handshake(
      methods: ["GET"],
      when: [.equals(.parameter("hub.mode"), "subscribe"), .has(.parameter("hub.verify_token"))],
      reply: .checked(parameter: "hub.verify_token", reply, otherwise: 403),
      words:
        "On subscription: GET with your verify token and a challenge, answered with \(answer), "
        + "or 403 if the token is wrong.")
  }
}
