import Foundation

@testable import Verification

/// The moment at which a test decides, where the time does not matter.
let noon = Date(timeIntervalSince1970: 1_790_000_000)

extension Request {
  /// A POST to `/hook`, as most tests need it.
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
  /// What the rule says of a request: the proof, or the refusal.
  func outcome(_ request: Request, at now: Date = noon) -> Result<Proof, Refusal> {
    do throws(Refusal) {
      return .success(try verify(request, at: now))
    } catch {
      return .failure(error)
    }
  }

  /// Whether the rule lets a request pass.
  func accepts(_ request: Request, at now: Date = noon) -> Bool {
    if case .success = outcome(request, at: now) { true } else { false }
  }
}
