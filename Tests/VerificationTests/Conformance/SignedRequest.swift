import Foundation

@testable import Verification

extension Signature {
  /// Returns a request as the scheme's sender makes it at a moment, signed with a key.
  func signedRequest(
    key: [UInt8], at moment: Date, body: String = #"{"id":"evt_1","type":"paid"}"#
  ) throws -> Request {
    let request = Request.post(body: body, publicURL: "https://hooks.example.org/hook")
    return try signed(request, at: moment) { (bytes) throws(Unsignable) in
      do {
        return try SigningKeys.sign(bytes, algorithm, key: key)
      } catch {
        throw Unsignable("\(error)")
      }
    }
  }
}
