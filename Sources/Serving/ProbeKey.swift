import Crypto
import Foundation
import Spooling

/// What the responder proves itself with to `levelwind check`, which asks it through the web server. It is
/// made anew at each start, and lies in the state directory, for those alone who may read the state.
///
/// A question is a random number with a code over it, the answer another code over the number. Without the
/// key nobody can put a question, and what is none is answered like any request to no webhook.
public struct ProbeKey: Sendable {
  /// Behind the path of `base_url`; no webhook has such an identifier.
  public static let path = Page.check.rawValue
  /// The header with the question.
  public static let header = "X-Levelwind-Check"
  private static let fileName = "check.key"
  private static let nonceBytes = 16

  private let key: SymmetricKey

  init() { key = SymmetricKey(size: .bits256) }

  /// The key of the responder that was started last on a state directory.
  ///
  /// - Returns: nil if there is none, or this user may not read it.
  public init?(state: String) {
    guard let bytes = StatusFolder(state: state).read(file: Self.fileName), bytes.count == 32 else {
      return nil
    }
    key = SymmetricKey(data: bytes)
  }

  /// Has it replace the one of the responder before.
  func write(state: String) throws(SystemError) {
    try StatusFolder(state: state).put(key.withUnsafeBytes { Array($0) }, as: Self.fileName)
  }

  /// A question that was never put before: the header's value.
  public func question() -> String {
    let nonce = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
    return Data(nonce + code("question", nonce)).base64EncodedString()
  }

  /// What the responder says to a question; nil to what is none.
  func answer(to question: [UInt8]) -> [UInt8]? {
    // It is a stranger's, mostly.
    guard question.count == 64, let bytes = Data(base64Encoded: Data(question)),
      bytes.count == Self.nonceBytes + 32
    else { return nil }
    let nonce = Array(bytes.prefix(Self.nonceBytes))
    guard
      HMAC<SHA256>.isValidAuthenticationCode(
        bytes.suffix(32), authenticating: Self.message("question", nonce), using: key)
    else { return nil }
    return Array(Data(code("answer", nonce)).base64EncodedString().utf8)
  }

  /// Whether this is what the key's responder says to a question.
  public func proves(_ answer: [UInt8], _ question: String) -> Bool {
    self.answer(to: Array(question.utf8)) == answer
  }

  private func code(_ word: String, _ nonce: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Self.message(word, nonce), using: key))
  }

  private static func message(_ word: String, _ nonce: [UInt8]) -> [UInt8] {
    Array("levelwind check \(word) ".utf8) + nonce
  }
}
