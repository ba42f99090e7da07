import Foundation

@testable import Verification

/// The moment of a test in which the time does not matter.
let noon = Date(timeIntervalSince1970: 1_790_000_000)

extension Request {
  /// Returns a POST to `/hook`, for most tests.
  static func post(
    _ headers: [(name: String, value: String)] = [], body: String = "", query: String = "",
    remote: String = "192.0.2.7", publicURL: String? = nil
  ) -> Request {
    Request(
      method: "POST", path: Array("/hook".utf8), query: Array(query.utf8),
      headers: Headers(headers), body: Array(body.utf8), remote: remote, publicURL: publicURL)
  }
}

extension Secret {
  init(_ text: String, name: String? = nil, notAfter: Date? = nil) {
    self.init(Array(text.utf8), name: name, notAfter: notAfter)
  }
}

extension Rule {
  /// Returns the rule's proof of a request, or its rejection.
  func outcome(_ request: Request, at now: Date = noon) -> Result<Proof, Rejection> {
    do throws(Rejection) {
      return .success(try verify(request, at: now))
    } catch {
      return .failure(error)
    }
  }

  /// Whether the rule accepts a request.
  func accepts(_ request: Request, at now: Date = noon) -> Bool {
    if case .success = outcome(request, at: now) { true } else { false }
  }
}
