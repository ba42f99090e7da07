extension Sender {
  /// Chats, calls and short messages.
  static let messaging: [Sender] = [
    Sender(
      "slack", "Slack", .documented,
      schemes: [versioned("X-Slack-Signature", "X-Slack-Request-Timestamp")],
      secretPlace: "The app's basic information, Signing secret",
      notes: ["The body holds an obsolete verification token, which is not checked."],
      delivery: .body(.of("event_id")), event: .body(.of("event", "type")), timeLimit: .seconds(3),
      retries: .again(
        times: 3, over: .minutes(6), source: "https://docs.slack.dev/apis/events-api/",
        note: "With less than 5 % of successes in an hour, Slack disables the app's events."),
      handshakes: [
        Handshake(
          when: [
            .equals(.body(.of("type")), "url_verification"), .has(.body(.of("challenge"))),
          ], isVerified: true, reply: .text(.body(.of("challenge"))),
          words: "When the URL is saved: a signed challenge, returned as text.")
      ]),
    Sender(
      "discord", "Discord", .documented,
      schemes: [
        Signature.hmac(
          .header("X-Signature-Ed25519"), in: .anyHex,
          over: [.header("X-Signature-Timestamp"), .body],
          timestamp: TimestampRule(.header("X-Signature-Timestamp"), past: nil, future: nil)
        ).with { $0.algorithm = .ed25519 }
      ], secretPlace: "The application's public key, under General information",
      notes: [
        "The body of an interaction holds a token with which the interaction can be "
          + "answered. The token stays in the task."
      ],
      delivery: .body(.of("id")), event: .body(.of("event", "type")),
      answers: SenderAnswers(
        mustBeEmpty: true,
        words: "Discord tries wrong signatures, too, which have to be answered 401."),
      timeLimit: .seconds(3),
      retries: .again(
        over: .minutes(10),
        source: "https://github.com/discord/discord-api-docs/blob/HEAD/developers/events/"
          + "webhook-events.mdx",
        note: "This is documented for webhook events, not for interactions."),
      handshakes: [
        Handshake(
          when: [.equals(.body(.of("type")), "1")], isVerified: true,
          reply: .fixed(type: "application/json", body: #"{"type":1}"#),
          words: "Interactions, at first and later: a signed ping, answered with a ping."),
        Handshake(
          when: [.equals(.body(.of("type")), "0")], isVerified: true, reply: .status(204),
          words: "Webhook events: a signed ping, answered 204."),
      ]),
    Sender(
      "getstream", "Stream", .documented, schemes: [.hmac(.header("X-Signature"))],
      secretPlace: "The app's API secret",
      notes: ["The signature of a compressed body covers the decompressed bytes."],
      delivery: .header("X-Webhook-Id"), event: .body(.of("type")), signsDecodedBody: true),
    Sender(
      "telegram", "Telegram", .unconfirmed,
      secretPlace: "You choose it, as secret_token of setWebhook",
      notes: ["Nothing is signed: the secret itself travels with each delivery."],
      delivery: .body(.of("update_id")),
      retries: .again(source: "https://core.telegram.org/bots/api#setwebhook")
    ) { options in
      SecretHeader(header: "X-Telegram-Bot-Api-Secret-Token", secrets: options.secrets)
    },
    Sender(
      "zoom", "Zoom", .documented,
      schemes: [versioned("x-zm-signature", "x-zm-request-timestamp")],
      secretPlace: "The app's features, Secret token", event: .body(.of("event")),
      timeLimit: .seconds(3),
      retries: .again(
        times: 3, over: .minutes(85), source: "https://developers.zoom.us/blog/webhook-delays"),
      handshakes: [
        Handshake(
          when: [
            .equals(.body(.of("event")), "endpoint.url_validation"),
            .has(.body(.of("payload", "plainToken"))),
          ], isVerified: true, reply: .zoom,
          words:
            "When the URL is saved, and every 72 hours: a signed token, answered with its HMAC.")
      ]),
    Sender(
      "twilio", "Twilio", .documented,
      secretPlace:
        "The account's auth token; or the secret of the shared key that signs your webhooks",
      notes: [
        "URL, query and form fields are signed. Of any other body, the hash in the query is "
          + "signed.",
        "The signed text does not separate names from values: anyone who has one delivery can "
          + "move bytes between them, or from the form into the query, and the result still "
          + "verifies.",
        Sender.unsignedID,
      ],
      delivery: .header("I-Twilio-Idempotency-Token"), needs: [.secrets, .publicURL]
    ) { options in
      var rule = URLAndForm(
        header: "X-Twilio-Signature", mergesValues: true, triesPorts: true,
        secrets: options.secrets)
      rule.settingsHeader = "X-Twilio-Webhooks-Signature-Settings"
      return rule
    },
    Sender(
      "messagebird", "MessageBird (Bird)", .documented, aliases: ["bird"],
      secretPlace: "Developers, Settings, Signing key", needs: [.secrets, .publicURL]
    ) { options in
      var token = JSONWebToken([.hs256, .hs384, .hs512])
      token.header = "MessageBird-Signature-JWT"
      token.prefix = ""
      token.secrets = options.secrets
      token.issuers = ["MessageBird"]
      token.leeway = .seconds(1)
      token.requiresStart = true
      token.bodyHash = .init("payload_hash")
      token.urlHash = .init("url_hash")
      return token
    },
    Sender(
      "plivo", "Plivo", .documented,
      secretPlace:
        "The auth token of the account or subaccount; of the main account for …-Ma-V3 and …-Ma-V2",
      notes: [
        "Version 3 (voice, and others) signs URL, query and form fields. The signed text does not "
          + "separate names from values, so bytes can be moved between them.",
        "Version 2 (messaging, Verify) is checked only where the headers of version 3 are "
          + "missing. It signs the URL without its query, and no body: anyone who has one "
          + "delivery can send any other body with its signature.",
      ], needs: [.secrets, .publicURL]
    ) { options in
      let old = Signature.hmac(
        .headers(["X-Plivo-Signature-V2", "X-Plivo-Signature-Ma-V2"]), in: .base64,
        over: [.urlWithoutQuery, .header("X-Plivo-Signature-V2-Nonce")], separator: ",")
      return FirstAddressed([
        PlivoRequest(secrets: options.secrets), old.configured(with: options),
      ])
    },
    Sender(
      "line", "LINE", .documented,
      schemes: [.hmac(.header("x-line-signature"), in: .base64)],
      secretPlace: "The channel's basic settings, Channel secret",
      notes: ["One delivery holds several events, each with its own webhookEventId."]),
  ]

  /// Returns Slack's scheme, which others took over: HMAC over `v0:`, a timestamp, `:` and the
  /// body.
  private static func versioned(_ header: String, _ time: String) -> Signature {
    .hmac(
      .header(header), prefix: "v0=",
      over: [.literal("v0:"), .header(time), .literal(":"), .body],
      timestamp: TimestampRule(.header(time)))
  }
}
