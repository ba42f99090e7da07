import Bytes
import Verification

extension Snapshot {
  /// Returns the trace that a request says it belongs to; nil if it says none that is valid. A
  /// header that carries a secret of the webhook isn't read.
  func trace(of request: Request, to identifier: Identifier?) -> TraceContext? {
    let parent = request.headers.values(of: TraceContext.Name.parent)
    if parent.isEmpty { return nil }
    let secrets = identifier.flatMap { webhooks[$0]?.webhook?.secretPlaces.headers } ?? []
    guard !secrets.contains(TraceContext.Name.parent) else { return nil }
    return TraceContext(
      parent: parent,
      state: secrets.contains(TraceContext.Name.state)
        ? [] : request.headers.values(of: TraceContext.Name.state))
  }
}
