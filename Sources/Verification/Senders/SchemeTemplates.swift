extension Signature {
  /// Returns an HMAC scheme. The defaults are what most senders use: HMAC-SHA256 of the body in
  /// lower-case hexadecimal.
  static func hmac(
    _ place: SignaturePlace, hash: HashName = .sha256, prefix: String = "",
    in encoding: SignatureEncoding = .hex, over message: [MessagePiece] = [.body],
    timestamp: TimestampRule? = nil, key: KeyForm = .text, separator: Character? = nil
  ) -> Signature {
    var scheme = Signature(.hmac(hash), at: place)
    scheme.prefix = prefix
    scheme.encoding = encoding
    scheme.message = message
    scheme.timestamp = timestamp
    scheme.keyForm = key
    scheme.separator = separator
    return scheme
  }

  /// Returns a scheme with HMAC over a timestamp and the body, where one header of `key=value`
  /// holds both timestamp and signature. The defaults accept timestamps up to 300 s off.
  static func hmacPairs(
    _ header: String, time: String, code: String, separator: Character = ",",
    between: String = ".", unit: TimestampRule.Unit = .seconds, past: Duration? = .seconds(300),
    future: Duration? = .seconds(300), in encoding: SignatureEncoding = .hex
  ) -> Signature {
    hmac(
      .pairs(header: header, key: code, separator: separator), in: encoding,
      over: [.pair(time), .literal(between), .body],
      timestamp: TimestampRule(.pair(time), unit: unit, past: past, future: future))
  }

  /// Returns the scheme of Standard Webhooks, version 1, with this prefix of header names.
  static func standard(_ headers: String, key: KeyForm = .whsec) -> Signature {
    hmac(
      .header("\(headers)-signature"), prefix: "v1,", in: .base64,
      over: [
        .header("\(headers)-id"), .literal("."), .header("\(headers)-timestamp"), .literal("."),
        .body,
      ], timestamp: TimestampRule(.header("\(headers)-timestamp")), key: key, separator: " "
    ).with { $0.deliveryHeader = "\(headers)-id" }
  }

  /// Returns the scheme with a change.
  func with(_ change: (inout Signature) -> Void) -> Signature {
    var scheme = self
    change(&scheme)
    return scheme
  }

  /// Returns the scheme with a webhook's secrets, keys and tolerance.
  func configured(with options: SenderOptions) -> Signature {
    with {
      $0.secrets = options.secrets
      $0.publicKeys = options.publicKeys
      if let tolerance = options.tolerance {
        $0.timestamp?.past = tolerance
        $0.timestamp?.future = tolerance
      }
    }
  }

  /// Returns whether a header of this name is signed.
  func signs(_ header: String) -> Bool {
    message.contains(.header(header)) || message.contains(.headerIfAny(header))
  }

  /// Whether the body is signed, directly or by its checksum.
  var coversBody: Bool {
    message.contains {
      switch $0 {
      case .body, .bodyBase64, .bodyCRC32, .formFieldOrBody: true
      default: false
      }
    }
  }

  /// The inputs that a webhook has to configure for this scheme.
  var inputs: Set<SenderInput> {
    let signsURL = !message.filter { [.url, .urlWithoutQuery, .urlHost].contains($0) }.isEmpty
    return Set(signsURL ? [.publicURL] : []).union([algorithm.usesSecrets ? .secrets : .publicKeys])
  }
}
