extension Sender {
  /// Payments.
  static let payments: [Sender] = [
    Sender(
      "stripe", "Stripe", .documented,
      schemes: [.hmacPairs("Stripe-Signature", time: "t", code: "v1")],
      secretPlace: "Developers, Webhooks, the endpoint's signing secret: all of whsec_…, as text",
      notes: ["Stripe's own libraries accept timestamps in the future; Levelwind doesn't."],
      delivery: .body(.of("id")), event: .body(.of("type")),
      retries: .again(over: .days(3), source: "https://docs.stripe.com/webhooks")),
    Sender(
      "adyen", "Adyen", .documented, aliases: ["adyen-platform"],
      secretPlace: "Developers, Webhooks, the webhook's HMAC key, in hexadecimal",
      notes: [
        "In a standard webhook, eight fields of each item are signed, and no others.",
        "Platform and management webhooks are signed whole, in header HmacSignature.",
      ],
      answers: SenderAnswers(
        accepted: .text(Array("[accepted]".utf8)),
        words: "The answer has to be 2xx at once; older contracts want [accepted] in the body."),
      retries: .again(
        over: .days(30),
        source: "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
        note: "Later webhooks wait behind it.")
    ) { options in
      FirstAddressed([
        Signature.hmac(.header("HmacSignature"), in: .base64, key: .hex)
          .configured(with: options),
        AdyenItems(secrets: options.secrets),
      ])
    },
    Sender(
      "mollie", "Mollie", .documented,
      schemes: [
        .hmac(.header("X-Mollie-Signature"), prefix: "sha256=", separator: ",")
      ], secretPlace: "Shown once when the webhook is made",
      notes: ["Classic webhooks (a form with an id) are unsigned, and refused."],
      delivery: .body(.of("id")), event: .body(.of("type")),
      retries: .again(
        times: 10, over: .hours(26), source: "https://docs.mollie.com/reference/webhooks")),
    Sender(
      "paddle", "Paddle Billing", .documented,
      schemes: [
        .hmacPairs(
          "Paddle-Signature", time: "ts", code: "h1", separator: ";", between: ":",
          past: .seconds(5), future: .seconds(5))
      ], secretPlace: "Developer tools, Notifications, the destination's secret key",
      notes: [
        "A timestamp may differ from this machine's clock by 5 s, as in Paddle's own "
          + "libraries; tolerance changes that."
      ],
      delivery: .body(.of("event_id")), event: .body(.of("event_type")),
      retries: .again(
        times: 60, over: .days(3),
        source: "https://developer.paddle.com/webhooks/about/respond-to-webhooks")),
    Sender(
      "square", "Square", .documented,
      schemes: [
        .hmac(.header("x-square-hmacsha256-signature"), in: .base64, over: [.url, .body])
      ], secretPlace: "Developer console, the subscription's signature key",
      delivery: .body(.of("event_id")), event: .body(.of("type")),
      retries: .again(
        over: .hours(24),
        source: "https://developer.squareup.com/docs/webhooks/troubleshooting")),
    Sender(
      "paypal", "PayPal", .described,
      secretPlace: "The webhook's id is in the app's list of webhooks; its certificate comes from "
        + "api.paypal.com, or is configured",
      notes: [
        "Only the body's CRC-32 is signed: anyone who has one delivery can make another that "
          + "verifies.",
        "Confirm at PayPal what a delivery says before you act on it.",
        "The age of the timestamp is checked only if tolerance is configured: PayPal may or may "
          + "not sign a new time when it tries again.",
      ], delivery: .body(.of("id")), event: .body(.of("event_type")),
      retries: .again(
        times: 25, over: .days(3), source: "https://developer.paypal.com/api/rest/webhooks/rest/"),
      needs: [.webhookID, .keyStore], takes: [.publicKeys, .tolerance],
      keyHosts: PayPalTransmission.hosts
    ) { options in
      PayPalTransmission(
        webhookID: options.webhookID ?? "", publicKeys: options.publicKeys,
        keyStore: options.keyStore, tolerance: options.tolerance)
    },
    Sender(
      "gocardless", "GoCardless", .documented,
      schemes: [.hmac(.header("Webhook-Signature"))],
      secretPlace: "Developers, Webhook endpoints, Secret"),
    Sender(
      "razorpay", "Razorpay", .documented,
      schemes: [.hmac(.header("X-Razorpay-Signature"))],
      secretPlace: "You choose it when the webhook is made",
      delivery: .header("x-razorpay-event-id"), event: .body(.of("event")),
      retries: .again(
        over: .hours(24), source: "https://razorpay.com/docs/webhooks/best-practices",
        note: "Then Razorpay disables the webhook.")),
    Sender(
      "coinbase-commerce", "Coinbase Commerce", .documented, aliases: ["coinbase"],
      schemes: [.hmac(.header("X-CC-Webhook-Signature"))],
      secretPlace: "Settings, Notifications, Shared secret",
      delivery: .body(.of("event", "id")), event: .body(.of("event", "type"))),
    Sender(
      "woovi-openpix", "Woovi and OpenPix", .documented, aliases: ["woovi", "openpix"],
      schemes: [.hmac(.header("X-OpenPix-Signature"), hash: .sha1, in: .base64)],
      secretPlace: "Shown when the webhook is made", event: .body(.of("event"))),
    Sender(
      "vipps-mobilepay", "Vipps MobilePay", .unconfirmed, aliases: ["vipps"],
      secretPlace: "Given once, in the answer to the webhook's registration",
      notes: ["The age of x-ms-date is not checked."], needs: [.secrets, .publicURL]
    ) { options in
      VippsRequest(secrets: options.secrets)
    },
    Sender(
      "worldpay-access", "Access Worldpay", .documented, aliases: ["worldpay"],
      secretPlace: "The signature key, from your implementation manager, who also turns signing on",
      delivery: .body(.of("eventId")), event: .body(.of("eventDetails", "type")),
      timeLimit: .seconds(10)
    ) { options in
      WorldpayEvent(secrets: options.secrets)
    },
  ]
}
