import Crypto
import FoundationEssentials
import Glibc
import Spooling

/// The key by which the responder proves itself to `levelwind check`, which asks through the web
/// server. Each start makes a new key. It lies in the state directory, readable by those who may
/// read the state.
///
/// A question is a random number with a code over it; the answer is another code over the same
/// number. Only the key makes a valid question. Any other request to this path is answered like one
/// to an unknown webhook.
public struct ProbeKey: Sendable {
  /// The path behind that of `base_url`. No webhook can have it: identifiers have no underscore.
  public static let path = Endpoint.check.rawValue
  /// The request header that carries the question.
  public static let header = "X-Levelwind-Check"
  private static let fileName = "check.key"
  private static let nonceBytes = 16

  private let key: SymmetricKey

  init() { key = SymmetricKey(size: .bits256) }

  /// Reads the key of the responder that was started last on a state directory.
  ///
  /// - Returns: nil if there isn't a key, or this user may not read it.
  public init?(state: String) {
    guard let bytes = StatusFolder(state: state).read(file: Self.fileName), bytes.count == 32 else {
      return nil
    }
    key = SymmetricKey(data: bytes)
  }

  /// Stores the key in place of the previous responder's.
  func write(state: String) throws(SystemError) {
    try StatusFolder(state: state).put(key.withUnsafeBytes { Array($0) }, as: Self.fileName)
  }

  /// Makes a new question, the header's value.
  public func question() -> String {
    let nonce = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
    return Data(nonce + code("question", nonce)).base64EncodedString()
  }

  /// Returns the answer to a question; nil if the question isn't valid under this key.
  func answer(to question: [UInt8]) -> [UInt8]? {
    // The question may come from anybody, so its length is checked first.
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

  /// Whether an answer to a question comes from the responder that has this key.
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
