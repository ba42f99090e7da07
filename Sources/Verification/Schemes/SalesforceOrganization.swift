import Bytes
import FoundationEssentials

/// Salesforce's scheme for outbound messages: the only element `OrganizationId` of the SOAP body
/// equals one of the secrets.
///
/// Nothing is signed, and many people know the id, so the scheme proves something only together
/// with a list of addresses or a client certificate. XML that two readers could understand
/// differently is refused.
public struct SalesforceOrganization: Rule {
  /// The organisations' ids, of 15 or 18 characters, as Salesforce sends them. Any of them may
  /// match.
  public var secrets: [Secret]

  /// Makes a rule with the organisations' ids.
  public init(secrets: [Secret]) {
    self.secrets = secrets
  }

  /// A sentence that names the element, and says that nothing is signed.
  public var words: String {
    "OrganizationId in the SOAP body equals a secret. Nothing is signed."
  }
  /// The body is XML, so this JSON path never leads anywhere. It marks the body as one with a
  /// secret: a body in which the secret can't be masked isn't shown.
  public var secretPaths: [JSONPath] { [.of("OrganizationId")] }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Compares the text of the element with each id.
  ///
  /// - Throws: `Rejection.unverified` if the body isn't UTF-8, has a comment, CDATA or a document
  ///   type, or hasn't exactly one such element, or if no usable id is equal.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard UTF8Text.isValid(request.body) else { throw .unverified("the body is not UTF-8") }
    var value: ArraySlice<UInt8>?
    var count = 0
    // The text of an element stands between the end of its tag and the next `<`.
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

  /// The bytes that end the name of an element.
  private static let ends = ByteSet("<> \t\n\r\u{0B}\u{0C}".utf8)

  private static func isOrganization(_ name: ArraySlice<UInt8>) -> Bool {
    let wanted = "OrganizationId"
    guard name.suffix(wanted.utf8.count).elementsEqual(wanted.utf8) else { return false }
    let prefix = name.dropLast(wanted.utf8.count)
    return prefix.isEmpty || prefix.last == UInt8(ascii: ":") && prefix.first != UInt8(ascii: "/")
  }

  /// Returns the text between the end of a tag and the next tag; nil if the tag doesn't end before
  /// that.
  private static func text(behind tag: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let whole = tag.prefix { $0 != UInt8(ascii: "<") }
    guard let close = whole.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    return whole[(close + 1)...]
  }
}
