import Foundation

/// A query parameter has to equal one of the secrets.
public struct QueryToken: Rule {
  /// The parameter's name; `token` by default.
  public var parameter: String
  /// The secrets, any of which may match.
  public var secrets: [Secret]

  public init(parameter: String = "token", secrets: [Secret]) {
    self.parameter = parameter
    self.secrets = secrets
  }

  public var words: String { "Query parameter \(parameter) equals a secret." }

  public var secretParameters: Set<String> { [parameter] }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func isAddressed(by request: Request) -> Bool { request.parameters.has(parameter) }

  /// The value is percent-decoded; a `+` in it may be a blank or a plus.
  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    let field = try request.parameters.single(parameter, "query parameter")
    guard
      let secret = secrets.first(equalTo: field.value, at: now)
        ?? secrets.first(equalTo: field.valueWithPlus, at: now)
    else { throw .unverified("query parameter \(parameter) equals no secret that is in use") }
    return Proof(
      verified: "query:\(parameter)", secretName: secret.name, maskedParameters: secretParameters)
  }
}
