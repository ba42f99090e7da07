import Foundation

@testable import Verification

extension Signature {
  /// A request as the scheme's sender would make it at a moment, signed with a key.
  func signedRequest(
    key: [UInt8], at moment: Date, body: String = #"{"id":"evt_1","type":"paid"}"#
  ) throws -> Request {
    var request = Request.post(publicURL: "https://hooks.example.org/hook")
    request.body = demandsEmptyBody ? [] : Array(self.body(body, at: moment).utf8)
    for piece in message {
      guard case .header(let name) = piece, !request.headers.has(name) else { continue }
      request.headers.append(name: name, value: stampText(moment, ofHeader: name))
    }
    for (name, value) in requiredHeaders {
      request.headers.append(name: name, value: Array(value.utf8))
    }
    var pairs = Pairs([], separator: ",")
    if case .pair(let key) = timestamp?.place {
      let text = Array("\(key)=".utf8) + stampText(moment)
      pairs = Pairs(text, separator: ",")
    }
    let bytes = try SignedMessage(request: request, pairs: pairs, timestamp: nil).bytes(message)
    let signature = try SigningKeys.sign(bytes, algorithm, key: key)
    put(Array(prefix.utf8) + encode(signature), pairs, into: &request)
    return request
  }

  private func body(_ text: String, at moment: Date) -> String {
    guard case .body(let path) = timestamp?.place else { return text }
    let stamp = String(decoding: stampText(moment), as: UTF8.self)
    return text.replacing("{", with: "{\"\(path.text)\":\(stamp),", maxReplacements: 1)
  }

  /// What a header holds: the timestamp, if it is the one with that; otherwise some text.
  private func stampText(_ moment: Date, ofHeader name: String? = nil) -> [UInt8] {
    if let name, timestamp?.place != .header(name) { return Array("some-\(name)".utf8) }
    let seconds = moment.timeIntervalSince1970
    switch timestamp?.unit {
    case .milliseconds: return Array(String(Int(seconds * 1000)).utf8)
    case .rfc3339: return Array(moment.ISO8601Format().utf8)
    default: return Array(String(Int(seconds)).utf8)
    }
  }

  func encode(_ signature: [UInt8]) -> [UInt8] {
    switch encoding {
    case .hex, .anyHex: Hex.encode(signature)
    case .upperHex: Hex.encode(signature).map { 0x61...0x66 ~= $0 ? $0 - 0x20 : $0 }
    case .base64: Base64.encode(signature)
    case .base64url:
      Base64.encode(signature).filter { $0 != UInt8(ascii: "=") }.map {
        [UInt8(ascii: "+"): UInt8(ascii: "-"), UInt8(ascii: "/"): UInt8(ascii: "_")][$0] ?? $0
      }
    }
  }

  private func put(_ signature: [UInt8], _ pairs: Pairs, into request: inout Request) {
    switch place {
    case .header(let name): request.headers.append(name: name, value: signature)
    case .headers(let names): request.headers.append(name: names[0], value: signature)
    case .numberedHeaders(let name): request.headers.append(name: name + "1", value: signature)
    case .pairs(let header, let key, let separator):
      let stamp = pairs.pairs.flatMap {
        $0.key + [UInt8(ascii: "=")] + $0.value + Array(String(separator).utf8)
      }
      request.headers.append(name: header, value: stamp + Array("\(key)=".utf8) + signature)
    case .queryParameter(let name): request.query = Array("\(name)=".utf8) + signature
    case .formField, .bodyField: break
    }
  }
}

extension Rule {
  /// The signatures that a preset is made of.
  var signatures: [Signature] {
    switch self {
    case let rule as Signature: [rule]
    case let rule as FirstAddressed: rule.rules.flatMap(\.signatures)
    case let rule as AnyOf: rule.rules.flatMap(\.signatures)
    default: []
    }
  }
}
