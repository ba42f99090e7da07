import Verification

/// `type: signature`: a signature over pieces of the request.
struct SignatureCheck: RulePreProcessor {
  static let type = "signature"
  static let documentation = """
    A signature is right for one of the secrets or public keys: an HMAC of the body's bytes in a \
    header, unless the keys say otherwise. Secrets are compared in constant time. Missing, repeated \
    or wrong, it is a 401.
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
