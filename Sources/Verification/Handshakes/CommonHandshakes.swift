extension Handshake {
  /// The CloudEvents abuse protection.
  static let cloudEvents = Handshake(
    methods: ["OPTIONS"], when: [.has(.header("WebHook-Request-Origin"))], reply: .cloudEvents,
    words:
      "Before the first delivery: OPTIONS, which asks whether an origin may send, and at which "
      + "rate.")

  /// Microsoft's validation of a subscription.
  static let validationToken = Handshake(
    methods: ["POST", "GET"], when: [.has(.parameter("validationToken")), .emptyBody],
    reply: .text(.parameter("validationToken")),
    words: "When a subscription is made or renewed: a token in the query, returned as text.")

  /// Returns a handshake for every request of this method. Its answer is an empty 200.
  static func bare(_ method: String, words: String) -> Handshake {
    Handshake(methods: [method], when: [], reply: .status(200), words: words)
  }

  /// Returns PubSubHubbub's handshake, as Meta and Strava use it.
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
