extension Signature {
  /// The problems of the secrets, or of the public keys if the algorithm uses them: there isn't
  /// any, or one isn't of the form or kind that the scheme takes.
  public var misconfigurations: [Misconfiguration] {
    guard algorithm.usesSecrets else { return keyMisconfigurations }
    return secrets.misconfigurations(keyForm)
  }

  private var keyMisconfigurations: [Misconfiguration] {
    let kind =
      switch algorithm {
      case .ed25519: "Ed25519"
      case .ecdsaP256: "P-256"
      case .rsaPKCS1, .hmac, .hash: "RSA"
      }
    if publicKeys.isEmpty {
      return [Misconfiguration("there is no public key", absent: "public_keys")]
    }
    return publicKeys.filter { $0.kind != kind }.map {
      Misconfiguration(
        "public key \($0.name ?? "(unnamed)") is \($0.kind), and the scheme takes \(kind)")
    }
  }
}

extension [Secret] {
  /// Returns the problems of the secrets: there isn't any, one is empty, or one isn't of the form
  /// that the scheme takes.
  func misconfigurations(_ form: KeyForm = .text) -> [Misconfiguration] {
    if isEmpty { return [Misconfiguration("there is no secret", absent: "secrets")] }
    return filter { form.key(of: $0.bytes) == nil }.map {
      Misconfiguration("\($0) is \($0.bytes.isEmpty ? "empty" : "not \(form.text)")")
    }
  }
}

extension KeyForm {
  /// The form in words for an administrator.
  var text: String {
    switch self {
    case .text, .suffixed: "text"
    case .hex: "hexadecimal"
    case .base64: "base64"
    case .whsec: "base64, with whsec_ before it or not"
    case .prefixedWhsec: "whsec_ and base64"
    case .nfkd where !Normalization.isComplete:
      "ASCII, and other characters need a library: apt install libglib2.0-0"
    case .nfkd: "UTF-8"
    }
  }
}
