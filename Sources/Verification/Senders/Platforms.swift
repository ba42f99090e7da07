extension Sender {
  /// Management of products, customers and stock: PIM and ERP.
  static let platforms: [Sender] = [
    Sender(
      "akeneo-event-platform", "Akeneo Event Platform", .documented, aliases: ["akeneo"],
      schemes: [.hmac(.headers(["X-AKENEO-SIGNATURE-PRIMARY", "X-AKENEO-SIGNATURE-SECONDARY"]))],
      secretPlace: "You choose it when the subscription is made: primary and secondary secret",
      notes: ["Custom headers are not signed."],
      delivery: .body(.of("id")), event: .body(.of("type")),
      answers: SenderAnswers(
        words: "The answer has to be 200 within the time limit. A 429 slows Akeneo down. With "
          + "less than 90 % of successes it suspends the subscription."),
      timeLimit: .seconds(5),
      retries: .again(
        times: 3, over: .minutes(35),
        source: "https://api.akeneo.com/event-platform/key-platform-behaviors.html",
        note: "A 404 or a redirection suspends the subscription at once.")),
    Sender(
      "akeneo-events-api", "Akeneo Events API", .documented,
      schemes: [
        .hmac(
          .header("X-Akeneo-Request-Signature"),
          over: [.header("X-Akeneo-Request-Timestamp"), .literal("."), .body],
          timestamp: TimestampRule(.header("X-Akeneo-Request-Timestamp")))
      ], secretPlace: "Connection settings, Event subscription, Secret",
      notes: ["One delivery holds several events, each with its own event_id."],
      retries: .never(
        source: "https://api.akeneo.com/events-api/deprecation-faq.html",
        note: "Akeneo promises neither delivery nor retries.")),
    Sender(
      "exact-online", "Exact Online", .described,
      secretPlace: "App centre, the app's webhook secret, not its OAuth secret",
      notes: ["Only the member Content of the body is signed."],
      event: .body(.of("Content", "Topic")),
      handshakes: [
        Handshake(
          when: [.emptyBody], reply: .status(200),
          words: "On subscription: a POST with an empty body, answered 200.")
      ]
    ) { options in
      ExactOnlineContent(secrets: options.secrets)
    },
    Sender(
      "dynamics-365-business-central", "Dynamics 365 Business Central", .documented,
      aliases: ["business-central"],
      secretPlace: "You choose it, as clientState of the subscription",
      notes: [
        "Nothing is signed: the secret itself travels in the body, and stays in the task.",
        "Subscriptions end after three days, and each renewal is a handshake.",
      ],
      answers: SenderAnswers(
        refused: 503,
        words: "Any answer but 2xx, 408, 429 or 5xx deletes the subscription, so refusals are "
          + "answered 503."),
      retries: .again(
        over: .hours(36),
        source: "https://github.com/MicrosoftDocs/dynamics365smb-devitpro-pb/blob/HEAD/"
          + "dev-itpro/api-reference/v2.0/dynamics-subscriptions.md"),
      handshakes: [.validationToken], rule: clientState),
    Sender(
      "microsoft-graph", "Microsoft Graph", .described,
      secretPlace: "You choose it, as clientState of the subscription",
      notes: [
        "Nothing is signed: the secret itself travels in the body, and stays in the task.",
        "The tokens of rich notifications are not checked.",
      ], timeLimit: .seconds(3),
      retries: .again(
        over: .hours(4),
        source: "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
        note: "Notifications to a slow endpoint are dropped."),
      handshakes: [.validationToken], rule: clientState),
    Sender(
      "sap-event-mesh", "SAP Event Mesh", .unconfirmed, secretPlace: "You choose it",
      notes: ["Nothing is signed: user and password travel with each delivery."],
      delivery: .header("ce-id"), event: .header("ce-type"), handshakes: [.cloudEvents],
      takes: [.origins]
    ) { options in
      BasicAuth(secrets: options.secrets)
    },
    Sender(
      "salesforce", "Salesforce outbound messages", .documented,
      secretPlace: "Setup, Company information, Organization ID, in the form that is sent",
      notes: [
        "Nothing is signed, and the id is known to many: add the pre-processor addresses or "
          + "client_certificate.",
        "The id stays in the task's body.",
        "Up to 100 notifications in a message, each with its Id.",
      ],
      answers: SenderAnswers(
        accepted: .content(
          "text/xml",
          Array(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope "
              + "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
              + "<notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\">"
              + "<Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>").utf8)),
        words: "Without the acknowledgement in the body, the message counts as failed."),
      retries: .again(
        over: .hours(24),
        source: "https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/"
          + "sforce_api_om_outboundmessaging.htm")
    ) { options in
      SalesforceOrganization(secrets: options.secrets)
    },
  ]

  private static let clientState: @Sendable (SenderOptions) -> any Rule = { options in
    BodyField(path: .of("value", .each, "clientState"), secrets: options.secrets)
  }
}
