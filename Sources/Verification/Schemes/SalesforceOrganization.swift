import Foundation
import JSONBytes

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
    guard UTF8Text.isValid(request.body) else { throw .unverified("the body is not UTF-8") }
    var value: ArraySlice<UInt8>?
    var count = 0
    // What is between two brackets is the text of the element that the first one closes.
    var rest = request.body[...]
    while let bracket = rest.firstIndex(of: UInt8(ascii: "<")) {
      rest = rest[(bracket + 1)...]
      guard rest.first != UInt8(ascii: "!") else {
        throw .unverified("the body has a comment, CDATA or a document type")
      }
      let name = rest.prefix { !Self.ends.contains($0) }
      guard Self.isOrganization(name) else { continue }
      count += 1
      value = value ?? Self.text(behind: rest)
    }
    guard count == 1, let value else { throw .unverified("OrganizationId came \(count) times") }
    guard let secret = secrets.first(equalTo: Array(value).trimmed, at: now) else {
      throw .unverified("OrganizationId equals no secret that is in use")
    }
    return Proof(verified: "body:OrganizationId", secretName: secret.name)
  }

  /// What ends the name of an element.
  private static let ends = ByteSet("<> \t\n\r\u{0B}\u{0C}".utf8)

  private static func isOrganization(_ name: ArraySlice<UInt8>) -> Bool {
    let wanted = "OrganizationId"
    guard name.suffix(wanted.utf8.count).elementsEqual(wanted.utf8) else { return false }
    let prefix = name.dropLast(wanted.utf8.count)
    return prefix.isEmpty || prefix.last == UInt8(ascii: ":") && prefix.first != UInt8(ascii: "/")
  }

  /// What stands between the end of a tag and the next; nil where there is no end before that.
  private static func text(behind tag: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let whole = tag.prefix { $0 != UInt8(ascii: "<") }
    guard let close = whole.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    return whole[(close + 1)...]
  }
}
