import Verification
import Bytes
import FoundationEssentials

/// `GET /info`: the base URL to share with senders, and the state of this responder.
public struct Info: Sendable {
  let webhookBaseURL: String
  let version: String
  let uptime: Duration
  let active: Int
  let disabled: Int
  let broken: Int

  /// Creates the information about a snapshot. `fallbackBaseURL` is the URL by which the web server
  /// knows itself. It is used if `base_url` isn't set.
  public init(of snapshot: Snapshot, fallbackBaseURL: String, version: String, uptime: Duration) {
    webhookBaseURL = (snapshot.settings.baseURL ?? fallbackBaseURL) + "/webhook/"
    self.version = version
    self.uptime = uptime
    let counts = snapshot.counts
    active = counts.active
    disabled = counts.disabled
    broken = counts.broken
  }

  /// Returns JSON, or a page if the request's Accept header shows that a browser asks.
  public func answer(accept: String) -> Answer {
    guard Self.isForPeople(accept: accept) else { return .json(200, json) }
    return Answer(status: 200, headers: Self.pageHeaders, body: Array(page.utf8))
  }

  /// Whether the request's Accept header shows that a browser asks for a page.
  public static func isForPeople(accept: String) -> Bool {
    accept.lowercased().contains("text/html")
  }

  /// The headers of a page for a browser.
  public static var pageHeaders: [Answer.Header] {
    [
      .init("Content-Type", "text/html; charset=utf-8"), .init("Cache-Control", "no-store"),
      .init("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
    ]
  }

  private var json: String {
    """
    {"webhook_base_url":\(Self.quoted(webhookBaseURL)),"version":"\(version)",\
    "uptime_seconds":\(uptime.components.seconds),\
    "webhooks":{"active":\(active),"disabled":\(disabled),"broken":\(broken)}}
    """
  }

  private var page: String {
    """
    <!doctype html>
    <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Levelwind</title>
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
      code { background: #eee; color: #111; padding: .2em .4em; border-radius: .2em; word-break: break-all }
      dt { color: #666; margin-top: 1rem } dd { margin: 0 }
    </style>
    <h1>Levelwind</h1>
    <p>Senders call <code>\(HTMLText.escaped(webhookBaseURL))&lt;identifier&gt;</code>,
    with the identifier of their webhook.</p>
    <dl>
      <dt>Webhooks</dt><dd>\(active) active, \(disabled) disabled, \(broken) broken</dd>
      <dt>Running for</dt><dd>\(Self.text(uptime))</dd>
      <dt>Version</dt><dd>\(version)</dd>
    </dl>
    </html>

    """
  }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONText.appendQuoted(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func text(_ uptime: Duration) -> String {
    let seconds = uptime.components.seconds
    return seconds < 120
      ? "\(seconds) seconds"
      : seconds < 7200
        ? "\(seconds / 60) minutes"
        : seconds < 172_800 ? "\(seconds / 3600) hours" : "\(seconds / 86400) days"
  }
}
