import Bytes
import Foundation
import Testing

@testable import Verification

/// Every signature of every preset, signed by a made-up sender, and tampered with.
@Suite struct SignedSenderTests {
  struct Scheme: Sendable, CustomTestStringConvertible {
    let sender: Sender
    let signature: Signature
    var testDescription: String { "\(sender.name): \(signature.words)" }

    /// A secret of the form that the scheme takes.
    var secret: String {
      switch signature.keyForm {
      case .hex: "000102030405060708090a0b0c0d0e0f"
      case .whsec, .prefixedWhsec: "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMTI="
      default: "a-secret\u{FB01}"
      }
    }

    /// Whether a header is a list of signatures, which may come in several headers. A list with its
    /// timestamp in it doesn't count, since the timestamp would then come twice.
    func isList(_ header: String) -> Bool {
      switch signature.place {
      case .header(let name): signature.separator != nil && name.lowercased() == header
      case .pairs(let name, _, _):
        if case .pair = signature.timestamp?.place { false } else { name.lowercased() == header }
      case .headers(let names):
        signature.separator != nil && names.contains { $0.lowercased() == header }
      default: false
      }
    }

    var key: [UInt8] { signature.keyForm.key(of: Array(secret.utf8)) ?? [] }

    func configured(secret: String? = nil) throws -> ConfiguredSender {
      var options = SenderOptions(secrets: [Secret(secret ?? self.secret, name: "s")])
      if !signature.algorithm.usesSecrets {
        options.publicKeys = [try SigningKeys.publicKey(signature.algorithm)]
        options.secrets = []
      }
      return ConfiguredSender(sender, options)
    }

    func request(at moment: Date = noon) throws -> Request {
      try signature.signedRequest(key: key, at: moment)
    }
  }

  static let schemes = Sender.all.flatMap { sender in
    sender.makeRule(SenderOptions()).signatures.map { Scheme(sender: sender, signature: $0) }
  }

  @Test(arguments: schemes)
  func `a delivery that is signed right is accepted`(_ scheme: Scheme) throws {
    let proof = try scheme.configured().verify(try scheme.request(), at: noon)
    #expect(proof.verified == "sender:\(scheme.sender.name)")
    #expect(proof.secretName == (scheme.signature.algorithm.usesSecrets ? "s" : nil))
  }

  @Test(arguments: schemes)
  func `another body, method, URL or signed header is refused`(_ scheme: Scheme) throws {
    let rule = try scheme.configured()
    let request = try scheme.request()
    var others: [Request] = []
    if scheme.signature.coversBody || scheme.signature.demandsEmptyBody {
      var other = request
      other.body.append(UInt8(ascii: " "))
      others.append(other)
    }
    for piece in scheme.signature.message {
      var other = request
      switch piece {
      case .header(let name):
        other.headers = request.headers.changing(name) { $0.dropLast() + [$0.last! ^ 1] }
      case .method: other.method = "PUT"
      case .url, .urlWithoutQuery: other.publicURL = "https://hooks.example.org/other"
      case .path, .pathAndQuery: other.path = Array("/other".utf8)
      case .query, .queryWithout: other.query += Array("&x=1".utf8)
      default: continue
      }
      others.append(other)
    }
    for other in others { #expect(!rule.accepts(other)) }
  }

  @Test(arguments: schemes)
  func `another secret, and an empty one, is refused`(_ scheme: Scheme) throws {
    guard scheme.signature.algorithm.usesSecrets else { return }
    let request = try scheme.request()
    #expect(try !scheme.configured(secret: "whsec_AAAAAAAAAAAAAAAAAAAAAA==").accepts(request))
    for empty in ["", "whsec_"] {
      let forged = try scheme.signature.signedRequest(key: [], at: noon)
      // For a scheme with a text key, whsec_ is a secret like any other.
      guard scheme.signature.keyForm.key(of: Array(empty.utf8)) == nil else { continue }
      #expect(try !scheme.configured(secret: empty).accepts(forged))
    }
  }

  @Test(arguments: schemes)
  func `a header that is missing is refused, and one that came twice unless it is a list`(
    _ scheme: Scheme
  ) throws {
    let rule = try scheme.configured()
    let request = try scheme.request()
    for field in request.headers.fields {
      var less = request
      less.headers = Headers(
        request.headers.fields.filter { $0 != field }
          .map { ($0.name, String(decoding: $0.value, as: UTF8.self)) })
      #expect(!rule.accepts(less), "without \(field.name)")
      var more = request
      more.headers.append(name: field.name, value: field.value)
      #expect(rule.accepts(more) == scheme.isList(field.name), "twice \(field.name)")
      let joined = request.with(
        request.headers.changing(field.name) { $0 + Array(", ".utf8) + field.value })
      #expect(rule.accepts(joined) == scheme.isList(field.name), "joined \(field.name)")
    }
  }

  /// Some web servers pass a header as often as it came, and others join its values by a comma and
  /// a blank.
  @Test(arguments: schemes)
  func `a list of signatures goes over several headers, whatever the web server makes of them`(
    _ scheme: Scheme
  ) throws {
    let rule = try scheme.configured()
    let request = try scheme.request()
    guard let field = request.headers.fields.last, scheme.isList(field.name) else { return }
    let wrong = Array(field.value.map { UInt8(ascii: "b")...UInt8(ascii: "f") ~= $0 ? $0 - 1 : $0 })
    for values in [[wrong, field.value], [field.value, wrong], [wrong, field.value, wrong]] {
      var lines = request.headers.changing(field.name) { _ in values[0] }
      for value in values.dropFirst() { lines.append(name: field.name, value: value) }
      let joined = request.headers.changing(field.name) { _ in
        Array(values.joined(separator: Array(", ".utf8)))
      }
      #expect(rule.accepts(request.with(lines)), "lines")
      #expect(rule.accepts(request.with(joined)), "joined")
    }
  }

  @Test func `of a list in two headers, each half may be in one`() throws {
    let scheme = try #require(Self.schemes.first { $0.sender.name == "stripe" })
    let rule = try scheme.configured()
    let request = try scheme.request()
    let halves = try request.headers.value("stripe-signature").split(separator: UInt8(ascii: ","))
    var lines = request.headers.changing("stripe-signature") { _ in Array(halves[0]) }
    lines.append(name: "Stripe-Signature", value: Array(halves[1]))
    let joined = request.headers.changing("stripe-signature") { _ in
      Array(halves.joined(separator: Array(", ".utf8)))
    }
    #expect(rule.accepts(request.with(lines)))
    #expect(rule.accepts(request.with(joined)))
  }

  @Test(arguments: schemes)
  func `a timestamp out of its time is refused`(_ scheme: Scheme) throws {
    guard let timestamp = scheme.signature.timestamp else { return }
    let rule = try scheme.configured()
    func accepts(_ moment: Date) throws -> Bool { rule.accepts(try scheme.request(at: moment)) }
    if let past = timestamp.past?.inSeconds {
      #expect(try accepts(noon - past))
      #expect(try !accepts(noon - past - 1))
    }
    if let future = timestamp.future?.inSeconds {
      #expect(try accepts(noon + future))
      #expect(try !accepts(noon + future + 1))
    }
  }

  @Test(arguments: schemes)
  func `a signature that is cut, longer, or empty is refused`(_ scheme: Scheme) throws {
    let rule = try scheme.configured()
    let request = try scheme.request()
    let name = request.headers.fields.last?.name ?? ""
    guard case .queryParameter = scheme.signature.place else {
      for count in [1, 2, 8, 32] {
        let cut = request.headers.changing(name) { $0.dropLast(count) }
        #expect(!rule.accepts(request.with(cut)), "cut by \(count)")
      }
      #expect(!rule.accepts(request.with(request.headers.changing(name) { $0 + Array("00".utf8) })))
      #expect(!rule.accepts(request.with(request.headers.changing(name) { _ in [] })))
      return
    }
    var cut = request
    cut.query.removeLast(2)
    #expect(!rule.accepts(cut))
  }
}

extension Headers {
  /// Returns the fields with one of them changed.
  func changing(_ name: String, _ change: ([UInt8]) -> [UInt8]) -> Headers {
    var changed = Headers()
    for field in fields {
      let isMeant = field.name == name.lowercased()
      changed.append(name: field.name, value: isMeant ? change(field.value) : field.value)
    }
    return changed
  }
}

extension Request {
  func with(_ headers: Headers) -> Request {
    var request = self
    request.headers = headers
    return request
  }
}
