import FoundationEssentials

/// A rule that a query parameter equals one of the secrets.
public struct QueryToken: Rule {
  /// The parameter's name; `token` by default.
  public var parameter: String
  /// The secrets. Any of them may match.
  public var secrets: [Secret]

  /// Makes a rule. Without a name, the parameter is `token`.
  public init(parameter: String = "token", secrets: [Secret]) {
    self.parameter = parameter
    self.secrets = secrets
  }

  /// A sentence that names the parameter.
  public var words: String { "Query parameter \(parameter) equals a secret." }

  /// The parameter, as configured.
  public var secretParameters: Set<String> { [parameter] }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the query has the parameter.
  public func isAddressed(by request: Request) -> Bool { request.parameters.has(parameter) }

  /// Compares the percent-decoded value, once with each `+` as a blank and once as a plus.
  ///
  /// - Throws: `Rejection.unverified` if the parameter is missing, came twice, or equals no usable
  ///   secret.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    let field = try request.parameters.single(parameter, "query parameter")
    guard
      let secret = secrets.first(equalTo: field.value, at: now)
        ?? secrets.first(equalTo: field.valueWithPlus, at: now)
    else { throw .unverified("query parameter \(parameter) equals no secret that is in use") }
    return Proof(
      verified: "query:\(parameter)", secretName: secret.name, maskedParameters: secretParameters)
  }
}
