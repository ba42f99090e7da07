import Foundation
import Testing

/// Chromium without a window, driven over WebDriver, as a person at a keyboard would.
final class Browser {
  private static let program = "/usr/lib/chromium/chromium-headless-shell"
  private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

  /// Whether this machine has what a browser needs.
  static let isThere =
    FileManager.default.isExecutableFile(atPath: program)
    && FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")

  private let driver: Child
  private let port: Int
  private var session = ""
  /// The scheme, name and port of the pages, without a name or password.
  let origin: String

  /// Starts a browser, signed in to the pages of a site.
  ///
  /// - Parameters:
  ///   - site: the site.
  ///   - user: who signs in.
  ///   - hasScript: whether pages may run scripts.
  /// - Throws: an error if the browser doesn't start.
  init(_ site: Site, as user: Site.PageUser, hasScript: Bool) throws {
    port = try freePort()
    origin = "http://localhost:\(site.pagesPort ?? 0)"
    driver = try Child(
      "/usr/bin/chromedriver", ["--port=\(port)"], log: site.folder("log/chromedriver.log"))
    let asked = port
    try until("chromedriver is ready") {
      let said = try Self.send(asked, "GET", "/status", nil)
      return (said["value"] as? [String: Any])?["ready"] as? Bool == true
    }
    let options: [String: Any] = [
      "binary": Self.program,
      "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    ]
    let made = try call(
      "POST", "/session",
      [
        "capabilities": [
          "alwaysMatch": [
            "browserName": "chrome", "goog:chromeOptions": options,
            "unhandledPromptBehavior": "accept",
          ]
        ]
      ])
    session = "/session/\(try #require(made?["sessionId"] as? String))"
    if !hasScript { try chrome("Emulation.setScriptExecutionDisabled", ["value": true]) }
    // The name and password are remembered for this origin.
    let signing = "http://\(user.name):\(user.password)@localhost:\(site.pagesPort ?? 0)/status"
    _ = try call("POST", "\(session)/url", ["url": signing])
  }

  /// Ends the browser.
  func close() {
    _ = try? Self.send(port, "DELETE", session, nil)
    driver.stop()
  }

  deinit { driver.stop() }

  // MARK: What a person does

  func go(_ target: String) throws {
    _ = try call("POST", "\(session)/url", ["url": origin + target])
  }

  /// Goes to an address elsewhere.
  func open(_ url: String) throws { _ = try call("POST", "\(session)/url", ["url": url]) }

  func click(_ selector: String) throws {
    _ = try call("POST", "\(session)/element/\(try element(selector))/click", [:])
  }

  func type(_ text: String, into selector: String) throws {
    _ = try call(
      "POST", "\(session)/element/\(try element(selector))/value", ["text": text])
  }

  /// Presses keys where the focus is. `\u{e004}` is Tab, `\u{e007}` Enter.
  func press(_ keys: String) throws {
    let actions = keys.flatMap { key -> [[String: String]] in
      [["type": "keyDown", "value": "\(key)"], ["type": "keyUp", "value": "\(key)"]]
    }
    _ = try call(
      "POST", "\(session)/actions",
      ["actions": [["type": "key", "id": "keyboard", "actions": actions]]])
  }

  // MARK: What a person sees

  var title: String { get throws { try value("GET", "\(session)/title") as? String ?? "" } }

  /// The place, without the origin.
  var place: String {
    get throws {
      let url = try value("GET", "\(session)/url") as? String ?? ""
      return String(url.dropFirst(url.hasPrefix(origin) ? origin.count : 0))
    }
  }

  func text(_ selector: String) throws -> String {
    try value("GET", "\(session)/element/\(try element(selector))/text") as? String ?? ""
  }

  /// The text of the element with the focus.
  var focused: String {
    get throws {
      let found = try value("GET", "\(session)/element/active") as? [String: Any]
      let id = try #require(found?[Self.elementKey] as? String)
      return try value("GET", "\(session)/element/\(id)/text") as? String ?? ""
    }
  }

  /// What a function of a script returns, which runs beside the page's own.
  func evaluate(_ script: String) throws -> Any? {
    try value(
      "POST", "\(session)/execute/sync", ["script": "return \(script)", "args": [Any]()])
  }

  /// Shows pages as on a screen of this width, and in the dark or not.
  func look(width: Int, isDark: Bool) throws {
    try chrome(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false])
    try chrome(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
  }

  /// Takes a picture of the whole page.
  func picture() throws -> Data {
    let shot = try chrome(
      "Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
    return Data(base64Encoded: (shot as? [String: Any])?["data"] as? String ?? "") ?? Data()
  }

  @discardableResult
  func chrome(_ command: String, _ parameters: [String: Any]) throws -> Any? {
    try value("POST", "\(session)/goog/cdp/execute", ["cmd": command, "params": parameters])
  }

  // MARK: WebDriver

  private func element(_ selector: String) throws -> String {
    let found = try call(
      "POST", "\(session)/element", ["using": "css selector", "value": selector])
    return try #require(found?[Self.elementKey] as? String, "there is no \(selector)")
  }

  private func call(_ method: String, _ path: String, _ body: [String: Any]) throws
    -> [String: Any]?
  {
    try value(method, path, body) as? [String: Any]
  }

  private func value(_ method: String, _ path: String, _ body: [String: Any]? = nil) throws
    -> Any?
  {
    let said = try Self.send(port, method, path, body)
    if let error = said["value"] as? [String: Any], let reason = error["error"] {
      throw NotYet(description: "\(path): \(reason): \(error["message"] ?? "")")
    }
    return said["value"]
  }

  private static func send(
    _ port: Int, _ method: String, _ path: String, _ body: [String: Any]?
  ) throws -> [String: Any] {
    var arguments = ["--silent", "--max-time", "60", "--request", method]
    if body != nil {
      arguments += ["--header", "Content-Type: application/json", "--data-binary", "@-"]
    }
    let input = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) }
    let result = try Tool.run(
      "curl", arguments + ["http://127.0.0.1:\(port)\(path)"], input: input)
    return (try? JSONSerialization.jsonObject(with: Data(result.output))) as? [String: Any] ?? [:]
  }
}
