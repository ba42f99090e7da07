import Bytes

/// The login that a sender requires before it shows its public keys: the client credentials grant
/// of OAuth 2.0 (RFC 6749, 4.4).
public struct KeyLogin: Sendable, Equatable {
  /// The URL that issues a token in answer to a POST.
  public let tokenURL: String
  /// The scope that the token has to have.
  public let scope: String

  /// The body of the request for a token.
  public var body: [UInt8] {
    Array("grant_type=client_credentials&scope=".utf8) + FormFields.encode(Array(scope.utf8))
  }

  /// Makes the headers of the request for a token.
  ///
  /// - Parameter client: The client's id and secret, as `id:secret`.
  /// - Returns: Authorization and Content-Type.
  public func headers(client: Secret) -> [String: String] {
    let text = String(decoding: Base64.encode(client.bytes), as: UTF8.self)
    return [
      "Authorization": "Basic \(text)", "Content-Type": "application/x-www-form-urlencoded",
    ]
  }

  /// Returns the headers of requests for keys; nil if the answer holds no usable token.
  public func headers(token answer: [UInt8]) -> [String: String]? {
    guard let token = try? CheckedJSON(answer).root.member("access_token")?.string, !token.isEmpty,
      token.allSatisfy({ 0x21...0x7E ~= $0 })
    else { return nil }
    return ["Authorization": "Bearer \(String(decoding: token, as: UTF8.self))"]
  }
}
