import FastCGI
import Webhooks

extension Exchange {
  /// Whether the path is that of `base_url`, followed by `/info`.
  func asksForInfo(_ snapshot: Snapshot) -> Bool {
    let target = value(of: "REQUEST_URI") ?? []
    guard target.starts(with: snapshot.basePath) else { return false }
    return target[snapshot.basePath.count...].prefix { $0 != UInt8(ascii: "?") }
      .elementsEqual("/info".utf8)
  }

  mutating func answerInfo(_ snapshot: Snapshot, uptime: Duration) {
    guard ["GET", "HEAD"].contains(text(of: "REQUEST_METHOD")) else {
      var refused = Answer.json(405, #"{"title":"Method Not Allowed","status":405}"#)
      refused.headers.append(.init("Allow", "GET, HEAD"))
      return answer(refused)
    }
    let scheme = text(of: "REQUEST_SCHEME") ?? (text(of: "HTTPS") == "on" ? "https" : "http")
    let host = text(of: "HTTP_HOST") ?? text(of: "SERVER_NAME") ?? "localhost"
    let info = Info(
      of: snapshot, fallbackBaseURL: "\(scheme)://\(host)", version: version, uptime: uptime)
    answer(info.answer(accept: text(of: "HTTP_ACCEPT") ?? ""))
  }

  private func text(of name: StaticString) -> String? {
    value(of: name).map { String(decoding: $0, as: UTF8.self) }
  }
}
