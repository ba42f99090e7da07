extension Sender {
  /// Bookkeeping.
  static let accounting: [Sender] = [
    Sender(
      "xero", "Xero", .documented,
      schemes: [.hmac(.header("x-xero-signature"), in: .base64)],
      secretPlace: "The app's webhooks, Webhooks key",
      answers: SenderAnswers(
        mustBeEmpty: true,
        words: "A wrong signature has to be answered 401 and a right one 200, both with an empty "
          + "body."),
      timeLimit: .seconds(5),
      handshakes: [
        Handshake(
          when: [.emptyArray(.of("events"))], isVerified: true, reply: .status(200),
          words: "Intent to receive: messages without events. A right signature is answered 200, "
            + "a wrong one 401.")
      ]),
    Sender(
      "quickbooks", "QuickBooks", .unconfirmed,
      schemes: [.hmac(.header("intuit-signature"), in: .base64)],
      secretPlace: "The app's webhooks, Verifier token",
      retries: .again(
        source: "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/"
          + "best-practices",
        note: "The pauses grow to six hours. Later events may wait behind it.")),
  ]
}
