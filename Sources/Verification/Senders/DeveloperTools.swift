extension Sender {
  /// Hosting, building and monitoring of code.
  static let developerTools: [Sender] = [
    Sender(
      "github", "GitHub", .documented,
      secretPlace: "Settings of the repository, organisation or app, Webhooks, Secret",
      notes: [
        "X-Hub-Signature, which old servers send, is checked only where X-Hub-Signature-256 is "
          + "missing.",
        Sender.unsignedID,
      ], delivery: .header("X-GitHub-Delivery"), event: .header("X-GitHub-Event"),
      timeLimit: .seconds(10),
      retries: .never(
        source: "https://docs.github.com/en/webhooks/using-webhooks/"
          + "handling-failed-webhook-deliveries",
        note: "It has to be redelivered by hand, or over GitHub's API.")
    ) { options in
      let old: [Signature] = [
        .hmac(.header("X-Hub-Signature"), hash: .sha1, prefix: "sha1="),
        .hmac(.header("X-Hub-Signature"), hash: .sha512, prefix: "sha512="),
      ]
      return FirstAddressed([
        Signature.hmac(.header("X-Hub-Signature-256"), prefix: "sha256=")
          .configured(with: options),
        AnyOf(old.map { $0.configured(with: options) }),
      ])
    },
    Sender(
      "gitlab", "GitLab", .documented,
      secretPlace: "Settings of the project or group, Webhooks, Secret token or Signing token",
      notes: [
        "With a secret token nothing is signed: the token itself travels in X-Gitlab-Token.",
        "It is unconfirmed that a signing token is whsec_ and base64.",
      ], delivery: .header("Idempotency-Key"), event: .header("X-Gitlab-Event"),
      takes: [.tolerance]
    ) { options in
      FirstAddressed([
        Signature.standard("webhook", key: .prefixedWhsec).configured(with: options),
        SecretHeader(header: "X-Gitlab-Token", secrets: options.secrets),
      ])
    },
    Sender(
      "gitea-forgejo", "Gitea and Forgejo", .documented, aliases: ["gitea", "forgejo", "gogs"],
      schemes: [
        .hmac(
          .headers(["X-Gitea-Signature", "X-Forgejo-Signature", "X-Gogs-Signature"]),
          over: [.formFieldOrBody("payload")]),
        .hmac(
          .header("X-Hub-Signature-256"), prefix: "sha256=", over: [.formFieldOrBody("payload")]),
      ], secretPlace: "Settings of the repository or organisation, Webhooks, Secret",
      notes: ["If the delivery is a form, only its field payload is signed."],
      delivery: .first([.header("X-Gitea-Delivery"), .header("X-Forgejo-Delivery")]),
      event: .first([.header("X-Gitea-Event"), .header("X-Forgejo-Event")]),
      retries: .never(
        source: "https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go",
        note: "It has to be redelivered by hand, in the webhook's settings.")),
    Sender(
      "bitbucket", "Bitbucket Cloud and Server", .described,
      schemes: [.hmac(.header("X-Hub-Signature"), prefix: "sha256=")],
      secretPlace: "Repository settings, Webhooks, Secret",
      delivery: .header("X-Request-Id"), event: .header("X-Event-Key")),
    Sender(
      "jira", "Jira and other Atlassian admin webhooks", .described, aliases: ["atlassian"],
      schemes: [.hmac(.header("X-Hub-Signature"), prefix: "sha256=")],
      secretPlace: "System settings, WebHooks, Secret",
      delivery: .header("X-Atlassian-Webhook-Identifier"),
      event: .body(.of("webhookEvent"))),
    Sender(
      "circleci", "CircleCI", .documented,
      schemes: [.hmac(.header("circleci-signature"), prefix: "v1=", separator: ",")],
      secretPlace: "Project settings, Webhooks, Secret token",
      delivery: .body(.of("id")), event: .body(.of("type")),
      retries: .again(
        source: "https://github.com/circleci/circleci-docs/blob/HEAD/docs/guides/modules/"
          + "integration/pages/outbound-webhooks.adoc")),
    Sender(
      "buildkite", "Buildkite", .documented,
      secretPlace: "Notification services, Webhook, Token",
      notes: ["As a plain token, the secret itself travels in X-Buildkite-Token."],
      event: .header("X-Buildkite-Event"), takes: [.tolerance]
    ) { options in
      FirstAddressed([
        Signature.hmacPairs("X-Buildkite-Signature", time: "timestamp", code: "signature")
          .configured(with: options),
        SecretHeader(header: "X-Buildkite-Token", secrets: options.secrets),
      ])
    },
    Sender(
      "pagerduty", "PagerDuty", .documented,
      schemes: [.hmac(.header("X-PagerDuty-Signature"), prefix: "v1=", separator: ",")],
      secretPlace: "Shown once when the webhook subscription is made",
      delivery: .body(.of("event", "id")), event: .body(.of("event", "event_type"))),
    Sender(
      "sentry", "Sentry", .unconfirmed,
      schemes: [.hmac(.header("Sentry-Hook-Signature"))],
      secretPlace: "The integration's client secret",
      notes: ["Sentry-Hook-Timestamp is not signed, so it is not checked."],
      delivery: .header("Request-ID"), event: .header("Sentry-Hook-Resource")),
    Sender(
      "vercel", "Vercel", .described,
      schemes: [.hmac(.header("x-vercel-signature"), hash: .sha1)],
      secretPlace: "Shown once when the webhook is made; an integration's client secret",
      delivery: .body(.of("id")), event: .body(.of("type"))),
    Sender(
      "netlify", "Netlify", .unconfirmed,
      secretPlace: "Deploy notifications, JWS secret token", event: .header("X-Netlify-Event")
    ) { options in
      var token = JSONWebToken([.hs256])
      token.header = "X-Webhook-Signature"
      token.prefix = ""
      token.secrets = options.secrets
      token.issuers = ["netlify"]
      token.requiresExpiry = false
      token.bodyHash = .init("sha256")
      return token
    },
    Sender(
      "contentful", "Contentful", .documented,
      secretPlace: "Settings, Webhooks, Settings, Request verification",
      notes: [
        "The delivery's id is signed only where x-contentful-signed-headers names its header."
      ],
      delivery: .header("x-contentful-idempotency-key"),
      event: .header("x-contentful-topic"), takes: [.tolerance]
    ) { options in
      ContentfulRequest(secrets: options.secrets, tolerance: options.tolerance ?? .seconds(300))
    },
    Sender(
      "sanity", "Sanity", .documented,
      schemes: [
        .hmacPairs(
          "sanity-webhook-signature", time: "t", code: "v1", unit: .milliseconds, past: nil,
          future: nil, in: .base64url)
      ], secretPlace: "Project, API, GROQ-powered webhooks, Secret",
      delivery: .header("idempotency-key"),
      retries: .again(
        times: 2, over: .seconds(60),
        source: "https://www.sanity.io/docs/changelog/50ec6abf-fe0c-475b-ae72-314148860132",
        note: "Only a 429 and a 5xx count as failures.")),
    Sender(
      "scalr", "Scalr", .described,
      schemes: [
        .hmac(.header("X-Signature"), hash: .sha1, over: [.body, .header("Date")])
      ], secretPlace: "Webhook endpoints, Signing key",
      notes: ["The header Date is signed, and its age is not checked."]),
  ]
}
