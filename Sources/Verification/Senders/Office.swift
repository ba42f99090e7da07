import Bytes

extension Sender {
  /// Planning, documents and file storage.
  static let office: [Sender] = [
    Sender(
      "linear", "Linear", .documented,
      schemes: [
        .hmac(
          .header("Linear-Signature"),
          timestamp: TimestampRule(
            .body(.of("webhookTimestamp")), unit: .milliseconds, past: .seconds(60),
            future: .seconds(60), isOptional: true))
      ], secretPlace: "Settings, API, Webhooks, Signing secret",
      delivery: .header("Linear-Delivery"), event: .header("Linear-Event")),
    Sender(
      "notion", "Notion", .described,
      schemes: [.hmac(.header("X-Notion-Signature"), prefix: "sha256=")],
      secretPlace: "The verification token, which the first request brings",
      delivery: .body(.of("id")), event: .body(.of("type")),
      handshakes: [
        Handshake(
          when: [
            .lacks(.header("X-Notion-Signature")), .has(.body(.of("verification_token"))),
          ], reply: .learned(.body(.of("verification_token")), header: nil),
          words: "When the subscription is made: an unsigned token, which is the secret from then "
            + "on. It has to be entered at Notion.")
      ]),
    Sender(
      "asana", "Asana", .described,
      schemes: [.hmac(.header("X-Hook-Signature"))],
      secretPlace: "The first request brings it",
      retries: .again(
        over: .hours(24),
        source: "https://github.com/Asana/developer-docs/blob/HEAD/source/includes/markdown/"
          + "_webhooks.html.md",
        note: "Then Asana deletes the webhook."),
      handshakes: [
        Handshake(
          when: [.has(.header("X-Hook-Secret")), .lacks(.header("X-Hook-Signature"))],
          reply: .learned(.header("X-Hook-Secret"), header: "X-Hook-Secret"),
          words: "When the webhook is made: a header with the secret, returned in the same header."
        )
      ]),
    Sender(
      "smartrecruiters", "SmartRecruiters", .documented, schemes: [smartRecruiters],
      secretPlace: "Generated for the subscription by the Webhooks API, Generate secret key",
      notes: ["Without a secret key generated for the subscription, nothing is signed."],
      delivery: .header("event-id"), event: .header("event-name"), timeLimit: .seconds(20),
      handshakes: [
        Handshake(
          when: [.has(.header("X-Hook-Secret")), .lacks(.header("smartrecruiters-signature"))],
          reply: .header("X-Hook-Secret", .header("X-Hook-Secret")),
          words:
            "When a subscription is activated: a value in a header, returned in the same header. "
            + "The value isn't a key: deliveries are signed with the subscription's secret key.")
      ]),
    Sender(
      "trello", "Trello", .described,
      schemes: [.hmac(.header("x-trello-webhook"), hash: .sha1, in: .base64, over: [.body, .url])],
      secretPlace: "The application's secret, under the API key",
      delivery: .body(.of("action", "id")), event: .body(.of("action", "type")),
      handshakes: [.bare("HEAD", words: "When the webhook is made: HEAD, answered 200.")]),
    Sender(
      "okta", "Okta event hooks", .described,
      secretPlace: "You choose it, as the hook's authentication: the whole header's value",
      notes: ["Nothing is signed: the secret itself travels with each delivery."],
      delivery: .body(.of("eventId")), event: .body(.of("eventType")),
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.header("X-Okta-Verification-Challenge"))],
          reply: .json("verification", .header("X-Okta-Verification-Challenge")),
          words: "Once: GET with a challenge in a header, returned as JSON.")
      ], takes: [.header]
    ) { options in
      SecretHeader(header: options.header ?? "Authorization", secrets: options.secrets)
    },
    Sender(
      "box", "Box", .documented,
      schemes: [
        Signature.hmac(
          .headers(["box-signature-primary", "box-signature-secondary"]), in: .base64,
          over: [.body, .header("box-delivery-timestamp")],
          timestamp: TimestampRule(
            .header("box-delivery-timestamp"), unit: .rfc3339, past: .seconds(600),
            future: .seconds(600))
        ).with {
          $0.requiredHeaders = [
            "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256",
          ]
        }
      ], secretPlace: "The app's webhooks, Manage signature keys: primary and secondary",
      delivery: .header("box-delivery-id"), event: .body(.of("trigger"))),
    Sender(
      "dropbox", "Dropbox", .described,
      schemes: [.hmac(.header("X-Dropbox-Signature"))], secretPlace: "The app's secret",
      timeLimit: .seconds(10),
      handshakes: [
        Handshake(
          methods: ["GET"], when: [.has(.parameter("challenge"))],
          reply: .text(.parameter("challenge")),
          words: "When the URL is saved: GET with a challenge, returned as text.")
      ]),
    Sender(
      "workos", "WorkOS", .documented,
      schemes: [
        Signature.hmacPairs(
          "WorkOS-Signature", time: "t", code: "v1", unit: .milliseconds, past: .seconds(180),
          future: .seconds(180)
        ).with { $0.writesBlanks = true }
      ], secretPlace: "Developer, Webhooks, the endpoint's signing secret",
      delivery: .body(.of("id")), event: .body(.of("event"))),
  ]

  /// One header holds a signature for each key. A missing header counts as empty text. Source:
  /// developers.smartrecruiters.com, "Create a webhook subscription secret key".
  private static let smartRecruiters = Signature.hmac(
    .pairs(header: "smartrecruiters-signature", key: "v1", separator: ";"),
    over: [.header("smartrecruiters-timestamp"), .literal("."), .body]
      + ["event-id", "event-name", "event-version", "link"].flatMap {
        [.literal("."), .headerIfAny($0)]
      }, timestamp: TimestampRule(.header("smartrecruiters-timestamp")))
}
