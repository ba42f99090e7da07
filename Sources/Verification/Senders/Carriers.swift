extension Sender {
  /// Warehouses and carriers, and services that connect shops with them.
  static let carriers: [Sender] = [
    Sender(
      "picqer", "Picqer", .described,
      schemes: [.hmac(.header("X-Picqer-Signature"), in: .base64)],
      secretPlace: "You choose it when the webhook is made", event: .body(.of("event"))),
    Sender(
      "sendcloud", "Sendcloud", .documented,
      schemes: [.hmac(.header("Sendcloud-Signature"))],
      secretPlace: "The integration's secret key, or its webhook signature key",
      event: .body(.of("action"))),
    tokenInURL(
      "myparcel-nl", "MyParcel.nl", .documented,
      notes: ["The sender puts the URL into lower case, so the token has to be in lower case."],
      event: nil),
    Sender(
      "myparcel-com", "MyParcel.com", .documented,
      schemes: [.hmac(.header("X-MYPARCELCOM-SIGNATURE"))],
      secretPlace: "You choose it, in the hook's action",
      retries: .again(
        times: 3, over: .minutes(30),
        source: "https://github.com/MyParcelCOM/docs/blob/HEAD/content/api/resources/hooks/"
          + "action.md",
        note: "That is the default; the hook's action may ask for up to 24 times.")),
    tokenInURL(
      "channelengine", "ChannelEngine", .documented,
      notes: [
        "The delivery says only that something changed since updatedSince: fetch it from "
          + "the sender."
      ],
      event: nil),
    tokenInURL(
      "baselinker", "BaseLinker", .described,
      notes: ["The sender sends HEAD with its data in the query: methods has to allow HEAD."],
      event: nil),
    Sender(
      "easypost", "EasyPost", .documented,
      schemes: [.hmac(.header("X-Hmac-Signature"), prefix: "hmac-sha256-hex=", key: .nfkd)],
      secretPlace: "You choose it when the webhook is made",
      delivery: .body(.of("id")), event: .body(.of("description"))),
    Sender(
      "aftership", "AfterShip", .documented,
      schemes: [
        .hmac(.headers(["aftership-hmac-sha256", "as-signature-hmac-sha256"]), in: .base64),
        .hmac(.header("am-webhook-signature"), prefix: "hmac-sha256=", in: .base64),
      ], secretPlace: "Settings, Webhooks, Webhook secret", event: .body(.of("event"))),
  ]

  /// Returns a sender without a signature or secret of its own. A token in the URL is the only
  /// protection.
  static func tokenInURL(
    _ name: String, _ title: String, _ evidence: Evidence, notes: [String],
    event: SenderField?, handshakes: [Handshake] = []
  ) -> Sender {
    Sender(
      name, title, evidence, secretPlace: "You choose it, and put ?token=… into the webhook's URL",
      notes: ["The sender signs nothing and has no secret: the token in the URL is the only check."]
        + notes,
      event: event, handshakes: handshakes, takes: [.parameter]
    ) { options in
      QueryToken(parameter: options.parameter ?? "token", secrets: options.secrets)
    }
  }
}
