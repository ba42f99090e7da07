import Verification

/// Where a webhook's requests carry secrets: what no log and no kept request shows.
struct SecretPlaces: Sendable {
  /// Headers, in lower case; also those that are secrets whoever sends them.
  var headers: Set = ["authorization", "cookie", "proxy-authorization"]
  /// Query parameters.
  var parameters: Set<String> = []
  /// In JSON bodies.
  var paths: [JSONPath] = []

  init(of checks: [any PreProcessor] = []) {
    for check in checks {
      headers.formUnion(check.secretHeaders)
      parameters.formUnion(check.secretParameters)
      paths += check.secretPaths
    }
  }
}
