import FoundationEssentials

/// A rule that the client presented a certificate that the web server verified.
///
/// The web server checks the chain. This rule checks the web server's verdict, and that the
/// certificate is one of those listed. Of each list that isn't empty, one entry has to match.
public struct ClientCertificate: Rule {
  /// The allowed subjects, as the web server writes them (RFC 2253): `CN=erp,O=Example`.
  public var subjects: [String]
  /// The allowed issuers, in the same form.
  public var issuers: [String]
  /// The allowed fingerprints: hexadecimal digits in either case, with or without colons.
  public var fingerprints: [String]

  /// Makes a rule. With all lists empty, the default, every certificate passes that the web server
  /// verified.
  public init(subjects: [String] = [], issuers: [String] = [], fingerprints: [String] = []) {
    self.subjects = subjects
    self.issuers = issuers
    self.fingerprints = fingerprints
  }

  /// A sentence that says who checks the certificate.
  public var words: String {
    "The web server verified the client's certificate, and the "
      + "certificate matches the configuration."
  }

  /// Returns whether the web server verified a client certificate.
  public func isAddressed(by request: Request) -> Bool {
    request.clientCertificate?.verification == "SUCCESS"
  }

  /// Checks the web server's verdict, and then each list that isn't empty.
  ///
  /// - Throws: `Rejection.unverified` if no certificate was verified, or a list has no matching
  ///   entry.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
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
  ) throws(Rejection) {
    // Compared as bytes, because Swift compares strings by canonical equivalence.
    let bytes = Array(form(value).utf8)
    guard wanted.isEmpty || wanted.contains(where: { Array(form($0).utf8) == bytes }) else {
      throw .unverified(
        "the client certificate's \(what) isn't one of the \(wanted.count) configured")
    }
  }
}
