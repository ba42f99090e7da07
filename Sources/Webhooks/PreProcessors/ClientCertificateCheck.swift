import Verification

/// `type: client_certificate`: the web server verified the client's certificate.
struct ClientCertificateCheck: RulePreProcessor {
  static let type = "client_certificate"
  static let documentation = """
    The client has to show a certificate that the web server verified, and that matches an entry \
    of each list that is given. Otherwise the delivery is answered 401. The web server has to be \
    told to ask for certificates, and to pass on what it found: see nginx/snippets/levelwind.conf.
    """
  static let example = """
    type: client_certificate
    subjects:
      - CN=erp.example.org,O=Example
    """

  private enum Keys {
    static let subjects = Option(
      "subjects", .list(of: Form<String>.line, "names", emptyMeans: "any is accepted"), default: [],
      "The subject's name (RFC 2253), as nginx writes it.")
    static let issuers = Option(
      "issuers", .list(of: Form<String>.line, "names", emptyMeans: "any is accepted"), default: [],
      "The issuer's name, in the same form.")
    static let fingerprints = Option(
      "fingerprints", .list(of: fingerprint, "fingerprints", emptyMeans: "any is accepted"),
      default: [], "The certificate's SHA-1 fingerprint in hexadecimal digits.")

    private static let fingerprint = Form<String>.scalar(
      "fingerprint", "a SHA-1 fingerprint, 40 hexadecimal digits, with colons or without"
    ) { text in
      let digits = text.filter { $0 != ":" }
      return digits.utf8.count == 40 && digits.allSatisfy(\.isHexDigit) ? text : nil
    }
  }

  static let options: [any DocumentedOption] = [Keys.subjects, Keys.issuers, Keys.fingerprints]

  let rule: ClientCertificate

  init?(reading mapping: Mapping) {
    let certificate = ClientCertificate(
      subjects: mapping[Keys.subjects], issuers: mapping[Keys.issuers],
      fingerprints: mapping[Keys.fingerprints])
    guard let rule = mapping.checked(certificate) else { return nil }
    self.rule = rule
  }
}
