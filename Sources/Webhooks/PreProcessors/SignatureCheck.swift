import Verification

/// `type: signature`: a signature over pieces of the request.
struct SignatureCheck: RulePreProcessor {
  static let type = "signature"
  static let documentation = """
    A signature has to be right for one of the secrets or public keys. By default it is an HMAC of \
    the body's bytes, in a header. HMACs are compared in constant time. A signature that is \
    missing, repeated or wrong is answered 401.
    """
  static let example = """
    type: signature
    header: X-Hub-Signature-256
    algorithm: sha256
    encoding: hex
    prefix: sha256=
    secrets:
      - {secret: github-2026}
      - {secret: github-2025, not_after: 2026-12-01T00:00:00Z}
    """

  static let options: [any DocumentedOption] =
    SignaturePlaceKeys.all + SignatureKeys.all

  let rule: Signature

  init?(reading mapping: Mapping) {
    let place = SignaturePlaceKeys.place(in: mapping)
    guard let signature = SignatureKeys.signature(at: place, in: mapping), place != nil,
      let rule = mapping.checked(signature)
    else { return nil }
    self.rule = rule
  }

  var needsPublicURL: Bool {
    rule.message.contains { [.url, .urlWithoutQuery, .urlHost].contains($0) }
  }
}
