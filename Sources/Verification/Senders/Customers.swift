import Bytes

extension Sender {
  /// Customer service and forms.
  static let customers: [Sender] = [
    Sender(
      "hubspot", "HubSpot", .documented, secretPlace: "The app's client secret",
      notes: [
        "Versions 1 and 2 have no timestamp. They are checked only where X-HubSpot-Signature-v3 "
          + "is missing."
      ], needs: [.secrets, .publicURL], takes: [.tolerance]
    ) { options in
      let old = [hubspot("v1", [.body]), hubspot("v2", [.method, .url, .body])]
      return FirstAddressed([
        hubspot3.configured(with: options), AnyOf(old.map { $0.configured(with: options) }),
      ])
    },
    Sender(
      "intercom", "Intercom", .described,
      schemes: [.hmac(.header("X-Hub-Signature"), hash: .sha1, prefix: "sha1=")],
      secretPlace: "The app's basic information, Client secret",
      delivery: .body(.of("id")), event: .body(.of("topic"))),
    Sender(
      "zendesk", "Zendesk", .described,
      schemes: [
        .hmac(
          .header("X-Zendesk-Webhook-Signature"), in: .base64,
          over: [.header("X-Zendesk-Webhook-Signature-Timestamp"), .body],
          timestamp: TimestampRule(
            .header("X-Zendesk-Webhook-Signature-Timestamp"), unit: .rfc3339))
      ], secretPlace: "The webhook's page, Signing secret: as text, though it looks like base64",
      delivery: .header("X-Zendesk-Webhook-Invocation-Id"), event: .body(.of("type"))),
    Sender(
      "typeform", "Typeform", .described,
      schemes: [.hmac(.header("Typeform-Signature"), prefix: "sha256=", in: .base64)],
      secretPlace: "The form's webhook, Secret",
      delivery: .body(.of("event_id")), event: .body(.of("event_type"))),
    Sender(
      "calendly", "Calendly", .unconfirmed,
      schemes: [
        .hmacPairs("Calendly-Webhook-Signature", time: "t", code: "v1", past: .seconds(180))
      ], secretPlace: "The signing key that the subscription was made with",
      event: .body(.of("event")),
      retries: .again(
        over: .hours(24),
        source: "https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors",
        note: "Then Calendly disables the webhook.")),
    Sender(
      "docusign", "DocuSign Connect", .described,
      schemes: [.hmac(.numberedHeaders("X-DocuSign-Signature-"), in: .base64)],
      secretPlace: "Settings, Connect, Connect keys", event: .body(.of("event"))),
    Sender(
      "dropbox-sign", "Dropbox Sign", .documented, aliases: ["hellosign"],
      secretPlace: "The API key",
      notes: [
        "Only the time and type of the event are signed, not the document's data: anyone who has "
          + "one delivery can send other data with it."
      ],
      answers: SenderAnswers(
        accepted: .text(Array("Hello API Event Received".utf8)),
        words: "The body of the answer has to hold \"Hello API Event Received\".")
    ) { options in
      DropboxSignEvent(secrets: options.secrets)
    },
  ]

  private static let hubspot3 = Signature.hmac(
    .header("X-HubSpot-Signature-v3"), in: .base64,
    over: [.method, .url, .body, .header("X-HubSpot-Request-Timestamp")],
    timestamp: TimestampRule(.header("X-HubSpot-Request-Timestamp"), unit: .milliseconds))

  private static func hubspot(_ version: String, _ message: [MessagePiece]) -> Signature {
    var scheme = Signature(.hash(.sha256, secret: .first), at: .header("X-HubSpot-Signature"))
    scheme.message = message
    scheme.requiredHeaders = ["X-HubSpot-Signature-Version": version]
    return scheme
  }
}
