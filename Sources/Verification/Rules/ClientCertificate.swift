import Foundation

/// The client has to have shown a certificate that the web server verified.
///
/// The web server checks the chain; this rule checks that it did, and that the certificate is one
/// of those meant. Of each list that is not empty, one entry has to fit.
public struct ClientCertificate: Rule {
  /// The subject's name as the web server writes it (RFC 2253): `CN=erp,O=Example`.
  public var subjects: [String]
  /// The issuer's name, likewise.
  public var issuers: [String]
  /// The certificate's fingerprint, hexadecimal digits in either case, with or without colons.
  public var fingerprints: [String]

  /// All lists are empty by default: then any certificate will do that the web server accepts.
  public init(subjects: [String] = [], issuers: [String] = [], fingerprints: [String] = []) {
    self.subjects = subjects
    self.issuers = issuers
    self.fingerprints = fingerprints
  }

  public var words: String { "The web server verified the client's certificate, and it is meant." }

  public func isAddressed(by request: Request) -> Bool {
    request.clientCertificate?.verification == "SUCCESS"
  }

  public func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof {
    guard let certificate = request.clientCertificate else {
      throw .unverified("the web server passes nothing about a client certificate")
    }
    guard certificate.verification == "SUCCESS" else {
      throw .unverified("the web server verified no client certificate")
    }
    try check("subject", certificate.subject, subjects) { $0 }
    try check("issuer", certificate.issuer, issuers) { $0 }
    try check("fingerprint", certificate.fingerprint, fingerprints) {
      $0.lowercased().filter { $0 != ":" }
    }
    return Proof(verified: "client_certificate:\(certificate.subject)")
  }

  private func check(
    _ what: String, _ value: String, _ wanted: [String], _ form: (String) -> String
  ) throws(Refusal) {
    // Bytes, for Swift compares strings by canonical equivalence.
    let bytes = Array(form(value).utf8)
    guard wanted.isEmpty || wanted.contains(where: { Array(form($0).utf8) == bytes }) else {
      throw .unverified("the client certificate's \(what) is none of \(wanted.count)")
    }
  }
}
