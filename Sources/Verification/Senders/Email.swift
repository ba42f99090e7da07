extension Sender {
  /// Mail services.
  static let email: [Sender] = [
    Sender(
      "sendgrid", "SendGrid event webhook", .documented,
      schemes: [
        Signature.hmac(
          .header("X-Twilio-Email-Event-Webhook-Signature"), in: .base64,
          over: [.header("X-Twilio-Email-Event-Webhook-Timestamp"), .body],
          timestamp: TimestampRule(
            .header("X-Twilio-Email-Event-Webhook-Timestamp"), past: nil, future: nil)
        ).with { $0.algorithm = .ecdsaP256(.sha256) }
      ], secretPlace: "Mail settings, Event webhook, Signature verification: the public key",
      notes: ["One delivery holds several events, each with its own sg_event_id."]),
    Sender(
      "mailgun", "Mailgun", .documented,
      secretPlace: "Sending, Webhooks, HTTP webhook signing key",
      notes: [
        "Only a token beside the event is signed: anyone who has one delivery can send any other "
          + "event with that token. The pre-processor replay accepts a token once.",
        "The age of the timestamp is checked only if tolerance is configured.",
      ],
      delivery: .verified("the token beside the signature"),
      event: .first([.body(.of("event-data", "event")), .formField("event")]),
      retries: .again(
        times: 6, over: .hours(8),
        source: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/"
          + "webhook-retries",
        note: "It isn't after a 406, and not if it tells of an email that was delivered."),
      takes: [.tolerance]
    ) { options in
      MailgunToken(secrets: options.secrets, tolerance: options.tolerance)
    },
    Sender(
      "mandrill", "Mandrill", .described,
      secretPlace:
        "Settings, Webhooks, the webhook's key, which Mandrill makes after the first request",
      notes: [
        "The public URL is signed as it was registered, including any user and password.",
        "The signed text does not separate names from values: anyone who has one delivery can "
          + "move bytes between them, or from the form into the query, and the result still "
          + "verifies.",
      ],
      handshakes: [.bare("HEAD", words: "When the webhook is made: HEAD, answered 200.")],
      needs: [.secrets, .publicURL]
    ) { options in
      URLAndForm(
        header: "X-Mandrill-Signature", mergesValues: false, triesPorts: false,
        secrets: options.secrets)
    },
    tokenInURL(
      "mailchimp", "Mailchimp", .unconfirmed, notes: [], event: .formField("type"),
      handshakes: [.bare("GET", words: "When the webhook is made: GET, answered 200.")]),
    Sender(
      "postmark", "Postmark", .described,
      secretPlace: "You choose it, in the webhook's URL or its basic authentication: user:password",
      notes: ["Nothing is signed: user and password travel with each delivery."],
      event: .body(.of("RecordType")),
      retries: .again(
        times: 10, over: .hours(10.5),
        source: "https://postmarkapp.com/support/article/"
          + "understanding-inbound-webhook-retries-in-postmark",
        note: "It isn't after a 403. This is documented for inbound messages alone.")
    ) { options in
      BasicAuth(secrets: options.secrets)
    },
  ]
}
