import Bytes

extension Sender {
  /// Social networks, streams and sports.
  static let social: [Sender] = [
    Sender(
      "meta-whatsapp", "Meta and WhatsApp", .described,
      aliases: ["meta", "whatsapp", "facebook", "instagram"],
      schemes: [.hmac(.header("X-Hub-Signature-256"), prefix: "sha256=")],
      secretPlace: "The app's basic settings, App secret; the verify token is the one you chose",
      event: .body(.of("object")),
      retries: .again(
        over: .hours(36),
        source: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started"),
      handshakes: [
        .subscription(reply: .text(.parameter("hub.challenge")), answer: "the challenge as text")
      ], takes: [.verifyTokens]),
    Sender(
      "x", "X (Twitter)", .documented, aliases: ["twitter", "x-twitter"],
      schemes: [
        Signature.hmac(.header("x-twitter-webhooks-signature"), prefix: "sha256=", in: .base64)
          .with { $0.demandsObject = true }
      ], secretPlace: "The app's consumer secret (API key secret)", timeLimit: .seconds(3),
      retries: .again(
        times: 3, over: .minutes(5),
        source: "https://developer.x.com/en/docs/x-api/enterprise/account-activity-api/guides/"
          + "activity-retries", note: "This is documented for the enterprise tier."),
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("crc_token"))],
          reply: .responseToken(.parameter("crc_token")),
          words: "When the webhook is made, and regularly later: GET with a token, answered with "
            + "the token's HMAC. A token that could be a delivery's body is refused.")
      ]),
    Sender(
      "twitch", "Twitch EventSub", .documented,
      schemes: [
        .hmac(
          .header("Twitch-Eventsub-Message-Signature"), prefix: "sha256=",
          over: [
            .header("Twitch-Eventsub-Message-Id"), .header("Twitch-Eventsub-Message-Timestamp"),
            .body,
          ],
          timestamp: TimestampRule(
            .header("Twitch-Eventsub-Message-Timestamp"), unit: .rfc3339, past: .seconds(600)))
      ], secretPlace: "You choose it when the subscription is made",
      delivery: .header("Twitch-Eventsub-Message-Id"),
      event: .header("Twitch-Eventsub-Subscription-Type"),
      handshakes: [
        Handshake(
          when: [
            .equals(
              .header("Twitch-Eventsub-Message-Type"), "webhook_callback_verification"),
            .has(.body(.of("challenge"))),
          ], isVerified: true, reply: .text(.body(.of("challenge"))),
          words: "On subscription: a signed challenge, returned as text.")
      ]),
    Sender(
      "strava", "Strava", .described,
      secretPlace: "The subscription's id; the verify token is the one you chose",
      notes: ["Nothing is signed: the subscription's id in the body is the only check."],
      event: .body(.of("aspect_type")), timeLimit: .seconds(2),
      handshakes: [
        .subscription(
          reply: .json("hub.challenge", .parameter("hub.challenge")),
          answer: "the challenge as JSON")
      ], takes: [.verifyTokens]
    ) { options in
      BodyField(path: .of("subscription_id"), secrets: options.secrets)
    },
    Sender(
      "fitbit", "Fitbit", .described,
      schemes: [
        .hmac(.header("X-Fitbit-Signature"), hash: .sha1, in: .base64, key: .suffixed("&"))
      ],
      secretPlace:
        "The app's OAuth client secret; the verify token is the subscriber's verification "
        + "code",
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("verify"))],
          reply: .checked(parameter: "verify", .status(204), otherwise: 404),
          words: "When the subscriber is saved: GET with a right code, answered 204, and one with "
            + "a wrong code, answered 404.")
      ], takes: [.verifyTokens]),
  ]
}
