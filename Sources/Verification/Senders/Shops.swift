extension Sender {
  /// Shops.
  static let shops: [Sender] = [
    Sender(
      "shopify", "Shopify", .documented,
      schemes: [
        .hmac(.headers(["X-Shopify-Hmac-SHA256", "Shopify-Hmac-SHA256"]), in: .base64)
      ],
      secretPlace:
        "The app's client secret; for webhooks made in the admin, shown below their list",
      delivery: .first([.header("X-Shopify-Webhook-Id"), .header("Shopify-Webhook-Id")]),
      event: .first([.header("X-Shopify-Topic"), .header("Shopify-Topic")]),
      timeLimit: .seconds(5),
      retries: .again(
        times: 8, over: .hours(4),
        source: "https://shopify.dev/changelog/updates-to-webhook-retry-mechanism",
        note: "Then Shopify removes a subscription that was made over its API.")),
    Sender(
      "woocommerce", "WooCommerce", .described,
      schemes: [.hmac(.header("X-WC-Webhook-Signature"), in: .base64)],
      secretPlace: "WooCommerce, Settings, Advanced, Webhooks, Secret",
      delivery: .header("X-WC-Webhook-Delivery-ID"), event: .header("X-WC-Webhook-Topic"),
      retries: .never(
        source: "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/"
          + "includes/class-wc-webhook.php",
        note: "More than five failures in a row disable the webhook."),
      handshakes: [
        Handshake(
          when: [.lacks(.header("X-WC-Webhook-Signature")), .formOf(["webhook_id"])],
          reply: .status(200),
          words: "When the webhook is saved: an unsigned form with the webhook's number, answered "
            + "200.")
      ]),
    Sender(
      "bigcommerce", "BigCommerce", .documented,
      schemes: [.standard("webhook", key: .text)],
      secretPlace: "The app's client secret, as text",
      delivery: .header("webhook-id"), event: .body(.of("scope")),
      answers: SenderAnswers(
        words: "Only 2xx counts. With less than 90 % of successes in two minutes, the whole "
          + "domain is blocked for three minutes."),
      retries: .again(
        times: 11, over: .hours(48),
        source: "https://github.com/bigcommerce/docs/blob/HEAD/docs/integrations/webhooks/"
          + "https-webhook-overview.mdx",
        note: "Then BigCommerce deactivates the webhook.")),
    Sender(
      "adobe-commerce", "Adobe Commerce (Magento)", .documented, aliases: ["magento"],
      schemes: [rsa(.header("x-adobe-commerce-webhook-signature"), over: [.bodyBase64])],
      secretPlace:
        "The public key is in the admin: Stores, Configuration, Adobe Services, Webhooks",
      notes: ["The sender waits for the answer, and expects a list of operations in its body."]),
    Sender(
      "adobe-io-events", "Adobe I/O Events", .documented,
      schemes: [
        rsa(
          .headers(["x-adobe-digital-signature-1", "x-adobe-digital-signature-2"]), over: [.body])
      ],
      secretPlace: "The public keys are at https://static.adobeioevents.com, at the paths that "
        + "each delivery names",
      delivery: .header("x-adobe-event-id"), event: .header("x-adobe-event-code"),
      retries: .again(
        over: .hours(24), source: "https://developer.adobe.com/events/docs/common/retry-doc",
        note: "Only a 429, a 5xx and no answer count as failures."),
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("challenge"))],
          reply: .text(.parameter("challenge")),
          words: "On registration: GET with a challenge, returned as text.")
      ]),
    Sender(
      "shopware", "Shopware apps", .documented,
      schemes: [
        .hmac(.header("shopware-shop-signature")),
        Signature.hmac(
          .queryParameter("shopware-shop-signature"),
          over: [.queryWithout("shopware-shop-signature")]
        ).with { $0.demandsEmptyBody = true },
        Signature.hmac(.header("shopware-app-signature"), over: [.query])
          .with { $0.demandsEmptyBody = true },
      ], secretPlace: "The shop's secret from the app's registration; the app's secret for that",
      retries: .again(
        times: 3, over: .seconds(7),
        source: "https://github.com/shopware/docs/blob/HEAD/resources/references/adr/"
          + "2026-04-14-webhook-outbox-transport.md",
        note: "Shops with the webhook outbox send it five times within five hours.")),
    Sender(
      "lightspeed-ecom", "Lightspeed eCom", .described,
      schemes: [Signature(.hash(.md5, secret: .last), at: .header("x-signature"))],
      secretPlace: "The app's secret",
      notes: ["The signature is a plain MD5 hash, which is weak: restrict the addresses, too."],
      event: .header("x-event")),
    Sender(
      "lightspeed-x-series", "Lightspeed Retail X-Series (Vend)", .unconfirmed, aliases: ["vend"],
      schemes: [.hmac(.pairs(header: "X-Signature", key: "signature"))],
      secretPlace: "The OAuth application's client secret"),
    Sender(
      "oracle-commerce", "Oracle Commerce", .documented,
      schemes: [
        .hmac(.header("X-Oracle-CC-WebHook-Signature"), hash: .sha512, in: .base64)
      ], secretPlace: "Settings, Web APIs, Webhook, Secret key",
      retries: .again(
        times: 4, over: .hours(4),
        source: "https://docs.oracle.com/cd/E90963_01/Cloud.10-17/ExtendingCC/html/"
          + "s0307managefailedmessages01.html", note: "That is the default of the webhook.")),
    Sender(
      "fourthwall", "Fourthwall", .described,
      schemes: [.hmac(.header("X-Fourthwall-Hmac-SHA256"), in: .base64)],
      secretPlace: "Settings, For developers, Webhooks", event: .body(.of("type")),
      retries: .again(source: "https://docs.fourthwall.com/webhooks/retry-policies")),
    Sender(
      "commercetools", "commercetools API extensions", .described,
      secretPlace: "You choose it, as the extension's authentication: the whole header's value",
      notes: ["Nothing is signed: the secret itself travels with each delivery."],
      takes: [.header]
    ) { options in
      FirstAddressed(
        [options.header ?? "Authorization", "x-functions-key"].map {
          SecretHeader(header: $0, secrets: options.secrets)
        })
    },
    Sender(
      "shopline", "SHOPLINE", .unconfirmed, secretPlace: "You choose it, in the webhook's URL",
      notes: [
        "SHOPLINE's own signature is not documented well enough: only the token in the URL "
          + "is checked."
      ],
      event: .body(.of("topic")),
      handshakes: [
        Handshake(
          when: [.equals(.body(.of("topic")), "webhook/verification")], reply: .applicationID,
          words: "On registration: a topic webhook/verification, answered with the application's "
            + "id in base64.")
      ], takes: [.parameter, .applicationID]
    ) { options in
      QueryToken(parameter: options.parameter ?? "token", secrets: options.secrets)
    },
    Sender(
      "ebay", "eBay", .documented,
      secretPlace:
        "Public keys come from eBay's notification API by their kid; the verify token is "
        + "the one you chose for the endpoint",
      notes: [
        "eBay shows its keys only to applications that log in: give levelwind keys refresh the "
          + "login, or configure public_keys."
      ], delivery: .body(.of("notification", "notificationId")),
      event: .body(.of("metadata", "topic")), timeLimit: .seconds(3),
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("challenge_code"))], reply: .ebay,
          words:
            "When the endpoint is saved: GET with a code, answered with its hash together with "
            + "the verify token and the URL.")
      ], needs: [.publicURL, .keyStore], takes: [.publicKeys, .verifyTokens],
      keyHosts: ["api.ebay.com"],
      keyLogin: KeyLogin(
        tokenURL: "https://api.ebay.com/identity/v1/oauth2/token",
        scope: "https://api.ebay.com/oauth/api_scope")
    ) { options in
      EBayNotification(publicKeys: options.publicKeys, keyStore: options.keyStore)
    },
  ]

  /// Returns a scheme of RSA with SHA-256, in base64.
  static func rsa(_ place: SignaturePlace, over message: [MessagePiece]) -> Signature {
    var scheme = Signature(.rsaPKCS1(.sha256), at: place)
    scheme.encoding = .base64
    scheme.message = message
    return scheme
  }
}
