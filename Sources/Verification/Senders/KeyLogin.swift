import Foundation

/// How a sender has its receivers log in before it shows its public keys: the client credentials grant of
/// OAuth 2.0 (RFC 6749, 4.4).
public struct KeyLogin: Sendable, Equatable {
  /// Where a token is had, with POST.
  public let tokenURL: String
  /// What the token has to be good for.
  public let scope: String

  /// The body of the request for a token.
  public var body: [UInt8] {
    let scope = scope.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    return Array("grant_type=client_credentials&scope=\(scope)".utf8)
  }

  /// The headers of that request.
  ///
  /// - Parameter client: id and secret of the client, as `id:secret`.
  public func headers(client: Secret) -> [String: String] {
    let text = String(decoding: Base64.encode(client.bytes), as: UTF8.self)
    return [
      "Authorization": "Basic \(text)", "Content-Type": "application/x-www-form-urlencoded",
    ]
  }

  /// The headers of requests for keys; nil if that is no answer with a token in it.
  public func headers(token answer: [UInt8]) -> [String: String]? {
    guard let token = try? JSONText(answer).root.member("access_token")?.string, !token.isEmpty,
      token.allSatisfy({ 0x21...0x7E ~= $0 })
    else { return nil }
    return ["Authorization": "Bearer \(String(decoding: token, as: UTF8.self))"]
  }
}
