import Bytes
import FoundationEssentials

extension Signature {
  /// Signs with the first usable secret.
  ///
  /// - Throws: `Unsignable` if only the sender has the key, no secret is in use or of the right
  ///   form, a signed part is missing, or the signature stands in the body.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    guard algorithm.usesSecrets else {
      throw Unsignable(
        "the sender signs with a private key that nobody else has: \(words) Have the sender send a "
          + "test delivery, or save one and run it through levelwind explain.")
    }
    let secret = try secrets.forSigning(at: now)
    guard let key = keyForm.key(of: secret.bytes) else {
      throw Unsignable("\(secret) is not of the form that this scheme takes")
    }
    return try signed(request, at: now) { (bytes) throws(Unsignable) in
      algorithm.expected(bytes, key: key) ?? []
    }
  }

  /// Makes the request as the scheme's sender would make it at a moment, with the signed headers,
  /// the timestamp and the signature.
  ///
  /// - Parameters:
  ///   - request: The request to sign.
  ///   - moment: The moment of the signature, and the timestamp.
  ///   - sign: Returns the signature of a message.
  /// - Returns: The signed request.
  /// - Throws: `Unsignable` if a signed part is missing, or the signature stands in the body; and
  ///   the errors of `sign`.
  func signed(
    _ request: Request, at moment: Date, by sign: ([UInt8]) throws(Unsignable) -> [UInt8]
  ) throws(Unsignable) -> Request {
    var request = request
    request.body = demandsEmptyBody ? [] : body(request.body, at: moment)
    for piece in message {
      guard case .header(let name) = piece, !request.headers.has(name) else { continue }
      request.headers.append(name: name, value: stampText(moment, ofHeader: name))
    }
    if case .header(let name) = timestamp?.place, !request.headers.has(name) {
      request.headers.append(name: name, value: stampText(moment))
    }
    for (name, value) in requiredHeaders.sorted(by: { $0.key < $1.key }) {
      request.headers.set(name, Array(value.utf8))
    }
    var pairs = Pairs([], separator: ",")
    if case .pair(let key) = timestamp?.place {
      pairs = Pairs(Array("\(key)=".utf8) + stampText(moment), separator: ",")
    }
    let bytes: [UInt8]
    do throws(Rejection) {
      bytes = Array(
        try SignedMessage(request: request, pairs: pairs, timestamp: stampText(moment))
          .pieces(message).joined())
    } catch {
      throw Unsignable("what is signed can't be put together: \(error.reason)")
    }
    try put(Array(prefix.utf8) + encoding.encode(try sign(bytes)), pairs, into: &request)
    return request
  }

  /// Returns the body, with the timestamp added if it stands in a JSON body.
  private func body(_ body: [UInt8], at moment: Date) -> [UInt8] {
    guard case .body(let path) = timestamp?.place, body.first == UInt8(ascii: "{") else {
      return body
    }
    var start = Array("{\"\(path.text)\":".utf8)
    if timestamp?.unit == .rfc3339 {
      JSONText.appendQuoted(stampText(moment), to: &start)
    } else {
      start += stampText(moment)
    }
    return start + Array(",".utf8) + body.dropFirst()
  }

  /// Returns the value for a header: the timestamp if it belongs there, otherwise some text.
  /// Without a name it returns the timestamp.
  private func stampText(_ moment: Date, ofHeader name: String? = nil) -> [UInt8] {
    if let name, timestamp?.place != .header(name) { return Array("some-\(name)".utf8) }
    let seconds = moment.timeIntervalSince1970
    switch timestamp?.unit {
    case .milliseconds: return Array(String(Int(seconds * 1000)).utf8)
    case .rfc3339: return Array(moment.ISO8601Format().utf8)
    default: return Array(String(Int(seconds)).utf8)
    }
  }

  private func put(
    _ signature: [UInt8], _ pairs: Pairs, into request: inout Request
  ) throws(Unsignable) {
    switch place {
    case .header(let name): request.headers.set(name, signature)
    case .headers(let names): request.headers.set(names[0], signature)
    case .numberedHeaders(let name): request.headers.set(name + "1", signature)
    case .pairs(let header, let key, let separator):
      let border = Array((String(separator) + (writesBlanks ? " " : "")).utf8)
      let stamp = pairs.pairs.flatMap { $0.key + [UInt8(ascii: "=")] + $0.value + border }
      request.headers.set(header, stamp + Array("\(key)=".utf8) + signature)
    case .queryParameter(let name):
      let lead = request.query.isEmpty ? "" : "&"
      request.query += Array("\(lead)\(name)=".utf8) + FormFields.encode(signature)
    case .formField, .bodyField:
      throw Unsignable("the signature is in the body, so no example can be made: \(words)")
    }
  }
}

extension SignatureEncoding {
  /// Returns the text of a signature.
  func encode(_ signature: [UInt8]) -> [UInt8] {
    switch self {
    case .hex, .anyHex: Hex.encode(signature)
    case .upperHex: Hex.encode(signature).map { 0x61...0x66 ~= $0 ? $0 - 0x20 : $0 }
    case .base64: Base64.encode(signature)
    case .base64url:
      Base64.encode(signature).filter { $0 != UInt8(ascii: "=") }.map {
        [UInt8(ascii: "+"): UInt8(ascii: "-"), UInt8(ascii: "/"): UInt8(ascii: "_")][$0] ?? $0
      }
    }
  }
}
