import FoundationEssentials
import Verification

extension Webhook {
  /// Returns the request with a new signature, as its sender would sign it. What the sender signed
  /// is replaced.
  ///
  /// - Parameters:
  ///   - request: the request as it came.
  ///   - now: the moment of the signature.
  /// - Returns: the request, with the webhook's first secret in use.
  /// - Throws: the reason why the webhook's checks can't be satisfied from here.
  public func signingAnew(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let path = String(decoding: request.path, as: UTF8.self)
    let bare = try example(path: path, body: request.body, at: now)
    let new = Set(bare.headers.fields.map(\.name)).subtracting(["content-type"])
    let kept = request.headers.fields.filter { !new.contains($0.name) }
      .map { (name: $0.name, value: String(decoding: $0.value, as: UTF8.self)) }
    var signed = try example(path: path, headers: kept, body: request.body, at: now)
    signed.method = request.method
    if signed.query.isEmpty { signed.query = request.query }
    return signed
  }
}
