extension Sender {
  /// The large clouds.
  static let clouds: [Sender] = [
    Sender(
      "aws-sns", "AWS SNS", .documented, aliases: ["sns"],
      secretPlace: "There is none; the topic's ARN is in the SNS console",
      notes: [
        "Raw message delivery has no signature: leave it off.",
        "SNS signs for all of its users with the same certificate: only the topic's ARN "
          + "identifies your messages.",
      ], delivery: .body(.of("MessageId")), event: .body(.of("Type")),
      retries: .again(
        times: 3, over: .seconds(60),
        source: "https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html",
        note: "That is the default; the subscription's delivery policy may ask for up to an hour."),
      handshakes: [
        Handshake(
          when: [.equals(.body(.of("Type")), "SubscriptionConfirmation")], isVerified: true,
          reply: .opened(.body(.of("SubscribeURL")), hosts: SNSMessage.hosts),
          words: "On subscription: a signed message, answered 200; its SubscribeURL is opened "
            + "afterwards, if its host is one of SNS."),
        Handshake(
          when: [.equals(.body(.of("Type")), "UnsubscribeConfirmation")], isVerified: true,
          reply: .status(200),
          words: "At the end of a subscription: a signed message, answered 200."),
      ], needs: [.topics, .keyStore], keyHosts: SNSMessage.hosts
    ) { options in
      SNSMessage(topics: options.topics, keyStore: options.keyStore)
    },
    Sender(
      "google-pubsub", "Google Pub/Sub push", .unconfirmed, aliases: ["pubsub"],
      secretPlace: "There is none; audience and service account are settings of the subscription",
      notes: [
        "The body is not signed: the token says who sends, not what.",
        "claims: {email: …} names the service account; email_verified has to be true.",
      ], delivery: .body(.of("message", "messageId")),
      retries: .again(
        over: .days(7), source: "https://docs.cloud.google.com/pubsub/docs/subscription-properties",
        note: "That is the default of the subscription's message retention."),
      needs: [.audiences, .claims, .keyStore], takes: [.publicKeys],
      keyURLs: [googleKeys]
    ) { options in
      var token = JSONWebToken([.rs256])
      token.keys = options.publicKeys + options.keyStore.keys(from: googleKeys)
      token.keyURL = googleKeys
      token.leeway = .zero
      token.issuers = ["https://accounts.google.com", "accounts.google.com"]
      token.audiences = options.audiences
      token.claims = options.claims.merging(["email_verified": ["true"]]) { mine, _ in mine }
      return token
    },
    Sender(
      "azure-event-grid", "Azure Event Grid", .described, aliases: ["event-grid"],
      secretPlace: "You choose it: a delivery property (header), or a token in the URL; or the "
        + "audience of Entra ID",
      notes: [
        "Nothing is signed: the secret or token itself travels with each delivery.",
        "The key header has that header checked; audiences and issuers, a token of Entra ID. "
          + "Without them, the query parameter token is checked.",
      ],
      event: .header("aeg-event-type"),
      answers: SenderAnswers(words: "A validation has to be answered 200, not 202."),
      timeLimit: .seconds(30),
      retries: .again(
        over: .hours(24),
        source: "https://learn.microsoft.com/en-us/azure/event-grid/delivery-and-retry",
        note: "That is the default. It isn't after a 400, 401, 403, 404 or 413."),
      handshakes: [
        Handshake(
          when: [
            .equals(.header("aeg-event-type"), "SubscriptionValidation"),
            .has(.body(.of(.index(0), "data", "validationCode"))),
          ],
          reply: .json(
            "validationResponse", .body(.of(.index(0), "data", "validationCode"))),
          words: "When the subscription is made or changed: a code, returned as JSON."),
        .cloudEvents,
      ], needs: [],
      takes: [.secrets, .header, .parameter, .audiences, .issuers, .claims, .publicKeys, .origins],
      keyURLs: [entraKeys]
    ) { options in
      if !options.audiences.isEmpty {
        // Without an issuer, any tenant of Entra could have made the token.
        return options.issuers.isEmpty
          ? Misconfigured("audiences have no effect without issuers") : entra(options)
      }
      if let header = options.header {
        return SecretHeader(header: header, secrets: options.secrets)
      }
      return QueryToken(parameter: options.parameter ?? "token", secrets: options.secrets)
    },
  ]

  private static let googleKeys = "https://www.googleapis.com/oauth2/v3/certs"
  private static let entraKeys =
    "https://login.microsoftonline.com/common/discovery/v2.0/keys"

  private static func entra(_ options: SenderOptions) -> JSONWebToken {
    var token = JSONWebToken([.rs256])
    token.keys = options.publicKeys + options.keyStore.keys(from: entraKeys)
    token.keyURL = entraKeys
    token.issuers = options.issuers
    token.audiences = options.audiences
    token.claims = options.claims
    return token
  }
}
