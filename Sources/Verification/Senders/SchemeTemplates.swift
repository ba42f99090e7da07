extension Signature {
  /// HMAC-SHA256 of the body in lower-case hexadecimal: what most senders do.
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

  /// HMAC over a timestamp and the body, both in one header of `key=value`.
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

  /// Standard Webhooks, version 1, under a prefix of header names.
  static func standard(_ headers: String, key: KeyForm = .whsec) -> Signature {
    hmac(
      .header("\(headers)-signature"), prefix: "v1,", in: .base64,
      over: [
        .header("\(headers)-id"), .literal("."), .header("\(headers)-timestamp"), .literal("."),
        .body,
      ], timestamp: TimestampRule(.header("\(headers)-timestamp")), key: key, separator: " "
    ).with { $0.deliveryHeader = "\(headers)-id" }
  }

  /// The scheme with something changed.
  func with(_ change: (inout Signature) -> Void) -> Signature {
    var scheme = self
    change(&scheme)
    return scheme
  }

  /// The scheme with the secrets, keys and tolerance of a webhook.
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

  /// Whether a header of this name is signed.
  func signs(_ header: String) -> Bool {
    message.contains(.header(header)) || message.contains(.headerIfAny(header))
  }

  /// Whether the body is signed, as it is or by its checksum.
  var coversBody: Bool {
    message.contains {
      switch $0 {
      case .body, .bodyBase64, .bodyCRC32, .formFieldOrBody: true
      default: false
      }
    }
  }

  /// What a webhook has to configure for it.
  var inputs: Set<SenderInput> {
    let signsURL = !message.filter { [.url, .urlWithoutQuery, .urlHost].contains($0) }.isEmpty
    return Set(signsURL ? [.publicURL] : []).union([algorithm.usesSecrets ? .secrets : .publicKeys])
  }
}
