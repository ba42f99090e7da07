import FastCGI
import Foundation
import Webhooks

extension Exchange {
  /// The page that the path leads to: that of `base_url`, followed by the page's; nil for all others.
  func page(_ snapshot: Snapshot) -> Page? {
    let target = value(of: "REQUEST_URI") ?? []
    guard target.starts(with: snapshot.basePath) else { return nil }
    let path = target[snapshot.basePath.count...].prefix { $0 != UInt8(ascii: "?") }
    return Page.allCases.first { path.elementsEqual($0.rawValue.utf8) }
  }

  mutating func answer(_ page: Page, _ pages: Pages) {
    guard ["GET", "HEAD"].contains(text(of: "REQUEST_METHOD")) else {
      var refused = Answer.json(405, #"{"title":"Method Not Allowed","status":405}"#)
      refused.headers.append(.init("Allow", "GET, HEAD"))
      return answer(refused)
    }
    switch page {
    case .info: answer(info(pages))
    case .metrics: answer(pages.metrics(at: Date()))
    case .health: answer(pages.health(at: Date()))
    case .check: break
    }
  }

  /// What is said to `levelwind check`; nil to all who can't put its question.
  func proof(by key: ProbeKey) -> Answer? {
    value(of: "HTTP_X_LEVELWIND_CHECK").flatMap(key.answer).map { Answer(status: 200, body: $0) }
  }

  /// What may be read by senders; all of it only where the web server says that an administrator asks.
  private func info(_ pages: Pages) -> Answer {
    let scheme = text(of: "REQUEST_SCHEME") ?? (text(of: "HTTPS") == "on" ? "https" : "http")
    var host = "localhost"
    for name: StaticString in ["SERVER_NAME", "HTTP_HOST", "LEVELWIND_HOST"] {
      if let text = text(of: name), !text.isEmpty { host = text }
    }
    let accept = text(of: "HTTP_ACCEPT") ?? ""
    // No header of a client becomes this name: theirs begin with HTTP_.
    if text(of: "LEVELWIND_DETAILS") == "on", Info.isForPeople(accept: accept) {
      return pages.details(fallbackBaseURL: "\(scheme)://\(host)", at: Date())
    }
    return pages.info(fallbackBaseURL: "\(scheme)://\(host)", accept: accept)
  }

  private func text(of name: StaticString) -> String? {
    value(of: name).map { String(decoding: $0, as: UTF8.self) }
  }
}
