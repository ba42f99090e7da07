import Foundation
import Verification

extension Webhook {
  /// A delivery as this webhook's sender would make it, signed with the first secret that is in use.
  ///
  /// - Parameters:
  ///   - url: the URL that it goes to; its path and query stand in the request, and senders that sign the
  ///     URL sign `publicURL`.
  ///   - headers: what it has besides, in the place of what it would have by itself.
  ///   - body: the body, where the scheme doesn't ask for one of its own.
  ///   - now: the moment that it is signed at.
  /// - Throws: why there can be no such example.
  public func example(
    path: String, headers: [(name: String, value: String)] = [], body: [UInt8], at now: Date
  ) throws(Unsignable) -> Request {
    let isTyped = headers.contains { $0.name.lowercased() == "content-type" }
    var request = Request(
      method: methods.contains("POST") ? "POST" : methods.first ?? "POST", path: Array(path.utf8),
      headers: Headers((isTyped ? [] : [("Content-Type", "application/json")]) + headers),
      body: body,
      publicURL: publicURL)
    for configured in preProcessors where !configured.isObserved {
      request = try configured.check.signed(request, at: now)
    }
    if let header = deliveryIDHeader, request.headers.values(of: header).isEmpty {
      request.headers.append(name: header, value: Array(UUID().uuidString.lowercased().utf8))
    }
    return request
  }

  /// The pre-processor that a key path leads into: what stands at its `type`, and its sender's preset.
  public func check(of path: String) -> (type: String, sender: Sender?) {
    let place = Int(path.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }) ?? 0
    guard preProcessors.indices.contains(place) else { return ("", nil) }
    return (preProcessors[place].type, preProcessors[place].check.sender)
  }

  /// The headers, in lower case, and query parameters whose values are secrets.
  public var secretNames: (headers: Set<String>, parameters: Set<String>) {
    let checks = preProcessors.map(\.check)
    return (
      checks.reduce(into: []) { $0.formUnion($1.secretHeaders) },
      checks.reduce(into: []) { $0.formUnion($1.secretParameters) }
    )
  }
}
