/// The web server's account of the certificate that the client presented.
public struct PresentedCertificate: Sendable, Equatable {
  /// The web server's verdict, in the words of nginx: `SUCCESS`, `NONE` or `FAILED:…`.
  public var verification: String
  /// The subject's name (RFC 2253); empty if unknown.
  public var subject: String
  /// The issuer's name (RFC 2253); empty if unknown.
  public var issuer: String
  /// The fingerprint in hexadecimal digits; empty if unknown.
  public var fingerprint: String

  /// Makes an account. By default everything but the verdict is unknown.
  public init(
    verification: String, subject: String = "", issuer: String = "", fingerprint: String = ""
  ) {
    self.verification = verification
    self.subject = subject
    self.issuer = issuer
    self.fingerprint = fingerprint
  }
}
