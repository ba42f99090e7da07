extension Sender {
  /// Schemes that many senders share, and senders that follow such a scheme exactly.
  static let standards: [Sender] = [
    standardWebhooks(
      "standard-webhooks", "Standard Webhooks", ["webhook"],
      secretPlace: "Whatever the sender calls its signing secret: whsec_ and base64"),
    standardWebhooks(
      "svix", "Svix", ["svix", "webhook"], secretPlace: "The endpoint's signing secret",
      retries: .again(
        times: 7, over: .hours(27.5), source: "https://docs.svix.com/retries",
        note: "Five days of failures disable the endpoint.")),
    standardWebhooks(
      "openai", "OpenAI", ["webhook"],
      secretPlace: "Shown once when the webhook is made in the project's settings",
      retries: .again(
        over: .hours(72), source: "https://platform.openai.com/docs/guides/webhooks")),
    Sender(
      "cloudevents-abuse-protection", "CloudEvents over HTTP, with its protection against abuse",
      .documented, aliases: ["cloudevents"], secretPlace: "You choose it",
      notes: ["Nothing is signed: the secret itself travels with each delivery."],
      delivery: .first([.header("ce-id"), .body(.of("id"))]),
      event: .first([.header("ce-type"), .body(.of("type"))]),
      handshakes: [.cloudEvents], takes: [.origins]
    ) { options in
      FirstAddressed([
        SecretHeader(header: "Authorization", prefix: "Bearer ", secrets: options.secrets),
        QueryToken(parameter: "access_token", secrets: options.secrets),
      ])
    },
  ]

  /// Returns a sender that signs by Standard Webhooks: version 1 if secrets are configured, version
  /// 1a if public keys are, or either.
  private static func standardWebhooks(
    _ name: String, _ title: String, _ headers: [String], secretPlace: String,
    retries: Retries = .unknown
  ) -> Sender {
    Sender(
      name, title, .documented, secretPlace: secretPlace,
      notes: ["An answer of 410 tells the sender to stop for good."],
      delivery: .first(headers.map { .header("\($0)-id") }), event: .body(.of("type")),
      retries: retries, needs: [], takes: [.secrets, .publicKeys, .tolerance]
    ) { options in
      FirstAddressed(
        headers.map { headers in
          let symmetric = Signature.standard(headers).configured(with: options)
          var asymmetric = symmetric
          asymmetric.algorithm = .ed25519
          asymmetric.prefix = "v1a,"
          if options.publicKeys.isEmpty { return symmetric }
          return options.secrets.isEmpty ? asymmetric : AnyOf([symmetric, asymmetric])
        })
    }
  }
}
