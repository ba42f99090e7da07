import Bytes
import FoundationEssentials

/// Contentful's scheme: HMAC-SHA256 over the method, the path, the headers that a header lists, and
/// the body.
public struct ContentfulRequest: Rule {
  /// The secrets. Any of them may match.
  public var secrets: [Secret]
  /// The bounds of the timestamp, both ways `tolerance`.
  public var timestamp: TimestampRule

  /// Makes a rule. By default the timestamp is at most 300 s off.
  public init(secrets: [Secret], tolerance: Duration = .seconds(300)) {
    self.secrets = secrets
    timestamp = TimestampRule(
      .header("x-contentful-timestamp"), unit: .milliseconds, past: tolerance, future: tolerance)
  }

  /// A sentence about the signed parts, the header and the timestamp.
  public var words: String {
    "HMAC-SHA256 over the method, the path with its query, the headers that "
      + "x-contentful-signed-headers names, and the body, in hexadecimal in x-contentful-signature; "
      + timestamp.words + "."
  }
  /// The problems of the secrets: there isn't any, or one is empty.
  public var misconfigurations: [Misconfiguration] { secrets.misconfigurations() }

  /// Returns whether the request has the header x-contentful-signature.
  public func isAddressed(by request: Request) -> Bool {
    request.headers.has("x-contentful-signature")
  }

  /// Checks the timestamp, and then the signature.
  ///
  /// - Throws: `Rejection.unverified` if one of them is missing or wrong, or the timestamp isn't
  ///   signed.
  public func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof {
    guard
      let signature = Hex.decode(try request.headers.value("x-contentful-signature"), .lower)
    else { throw .unverified("header x-contentful-signature is not in hexadecimal") }
    _ = try timestamp.check(request, nil, at: now)
    guard
      let secret = secrets.first(
        signing: try message(of: request), as: signature, .hmac(.sha256), at: now)
    else { throw .unverified("the signature is not right for any secret that is in use") }
    return Proof(verified: "signature:x-contentful-signature", secretName: secret.name)
  }

  /// Returns the signed message.
  func message(of request: Request) throws(Rejection) -> SignedPieces {
    let head = [
      Array(request.method.utf8), Self.escapedPath(request), try signedHeaders(request), [],
    ]
    return [Array(head.joined(separator: [0x0A]))[...], request.body[...]]
  }

  private func signedHeaders(_ request: Request) throws(Rejection) -> [UInt8] {
    let list = try request.headers.value("x-contentful-signed-headers")
    let names = Set(
      list.split(separator: UInt8(ascii: ",")).map {
        String(decoding: Array($0).trimmed, as: UTF8.self).lowercased()
      })
    guard names.contains("x-contentful-timestamp") else {
      throw .unverified("the timestamp is not among the headers that are signed")
    }
    var pairs: [[UInt8]] = []
    for name in names.sorted() where request.headers.has(name) {
      pairs.append(Array("\(name):".utf8) + (try request.headers.value(name)))
    }
    return Array(pairs.joined(separator: [UInt8(ascii: ";")]))
  }

  /// Returns the escaped path. A query is escaped as one component first, and then once more
  /// together with the path.
  private static func escapedPath(_ request: Request) -> [UInt8] {
    guard !request.query.isEmpty else { return escape(request.path, sparing: ";,/?:@&=+$#") }
    let query = escape(request.query, sparing: "")
    return escape(request.path + [UInt8(ascii: "?")] + query, sparing: ";,/?:@&=+$#")
  }

  private static func escape(_ bytes: [UInt8], sparing others: String) -> [UInt8] {
    let spared = Set("-_.!~*'()".utf8).union(others.utf8)
    return bytes.flatMap { byte -> [UInt8] in
      let isPlain = byte != UInt8(ascii: "_") && ByteSet.words.contains(byte)
      if isPlain || spared.contains(byte) { return [byte] }
      return Array("%".utf8) + Hex.encode([byte]).map { 0x61...0x66 ~= $0 ? $0 - 0x20 : $0 }
    }
  }
}
