/// What the web server says about the certificate that the client showed.
public struct PresentedCertificate: Sendable, Equatable {
  /// `SUCCESS`, or why not, as nginx says it: `NONE`, `FAILED:…`.
  public var verification: String
  /// The subject's name (RFC 2253); empty if unknown.
  public var subject: String
  /// The issuer's name (RFC 2253); empty if unknown.
  public var issuer: String
  /// The fingerprint in hexadecimal digits; empty if unknown.
  public var fingerprint: String

  public init(
    verification: String, subject: String = "", issuer: String = "", fingerprint: String = ""
  ) {
    self.verification = verification
    self.subject = subject
    self.issuer = issuer
    self.fingerprint = fingerprint
  }
}
