import Foundation

/// Salesforce's outbound messages: the one element `OrganizationId` of the SOAP body has to equal
/// one of the secrets.
///
/// Nothing is signed, and the id is known to many: it only goes with a list of addresses or a
/// client certificate. XML that could mean two things to two readers is refused.
public struct SalesforceOrganization: Rule {
  /// The organisations' ids, of 15 or 18 characters as Salesforce sends them.
  public var secrets: [Secret]

  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  public var words: String {
    "OrganizationId in the SOAP body equals a secret. Nothing is signed."
  }
  /// No place in JSON: a body in which it can't be masked is not shown.
  public var secretPaths: [JSONPath] { [.of("OrganizationId")] }
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard let text = String(validating: request.body, as: UTF8.self) else {
      throw .unverified("the body is not UTF-8")
    }
    guard !text.contains("<!") else {
      throw .unverified("the body has a comment, CDATA or a document type")
    }
    // What is between two brackets is the text of the element that the first one closes.
    let found = text.split(separator: "<").filter { part in
      let name = part.prefix { $0 != ">" && !$0.isWhitespace }
      return name == "OrganizationId" || name.hasSuffix(":OrganizationId") && !name.hasPrefix("/")
    }
    guard found.count == 1, let close = found[0].firstIndex(of: ">") else {
      throw .unverified("OrganizationId came \(found.count) times")
    }
    let value = Array(found[0][found[0].index(after: close)...].utf8).trimmed
    guard let secret = secrets.first(equalTo: value, at: now) else {
      throw .unverified("OrganizationId equals no secret that is in use")
    }
    return Proof(verified: "body:OrganizationId", secretName: secret.name)
  }
}
