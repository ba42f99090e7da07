/// All kinds of pre-processors.
enum PreProcessors {
  static let kinds: [any PreProcessor.Type] =
    alternatives + [AnyOfCheck.self, ChallengeCheck.self, ReplayCheck.self]

  /// The kinds that may stand in `any_of`. Each of them proves something.
  static let alternatives: [any PreProcessor.Type] = [
    SenderCheck.self, SignatureCheck.self, HeaderCheck.self, BasicAuthCheck.self,
    QueryTokenCheck.self, BodyFieldCheck.self, JWTCheck.self, ClientCertificateCheck.self,
    AddressesCheck.self, ContentTypesCheck.self, MatchCheck.self,
  ]

  private static let observe = Option(
    "observe", .boolean, default: false,
    "Whether a delivery that fails this check passes all the same. The log says why it would have "
      + "been refused.")

  /// Returns the keys of a kind, those that all kinds share included.
  static func options(of kind: any PreProcessor.Type) -> [any DocumentedOption] {
    kind.options + [observe]
  }

  /// The list under a webhook's key `pre_processors`.
  static let form = Form<[ConfiguredPreProcessor]>.list(
    of: .kind(kinds.map(kind), "a pre-processor"), "pre-processors",
    emptyMeans: "anyone may send")

  private static func kind(_ type: any PreProcessor.Type) -> Kind<ConfiguredPreProcessor> {
    Kind(type: type.type, options: options(of: type)) { mapping in
      let isObserved = mapping[observe]
      let reading = mapping.found.reading
      let before = reading.secrets.count
      return type.init(reading: mapping).map { check in
        ConfiguredPreProcessor(
          check: check, isObserved: isObserved,
          missingSecrets: reading.secrets.dropFirst(before).filter(\.isMissing).map(\.name))
      }
    }
  }
}
