import Foundation
import Testing

/// The pages of a site, as their users see them.
extension Site {
  /// A user who is signed in.
  struct PageUser {
    let name: String
    let password: String
  }

  var pagesSocket: String { folder("run/pages.sock").path }
  var helperSocket: String { folder("run/administer.sock").path }
  var configureSocket: String { folder("run/configure.sock").path }

  /// Runs a test in a site with pages, with a user in each role. `files` is as in `open`.
  static func openPages(
    _ files: [String: String] = Sample.files, settings: String = "",
    nginx edit: (Folder) throws -> Void = { _ in },
    _ test: (Site, _ users: [String: PageUser]) throws -> Void
  ) throws {
    try open(files, settings: settings, hasPages: true, nginx: edit) { site in
      try site.startHelper()
      try site.startPages(
        "pages",
        [
          "pages", "serve", "--socket", site.pagesSocket, "--administer", site.helperSocket,
          "--configure", site.configureSocket,
        ])
      var users: [String: PageUser] = [:]
      for role in ["viewer", "operator", "administrator"] {
        users[role] = try site.addUser(role.prefix(5) + "-1", role)
      }
      for (role, user) in users {
        try until("the pages know each user's role") {
          let page = try site.page("/status", as: user)
          return page.status == 200 && page.text.contains("Signed in as \(user.name), \(role).")
        }
      }
      try test(site, users)
    }
  }

  func startHelper() throws {
    try startPages(
      "administer", ["administer", "--config", configuration, "--socket", helperSocket])
    let flag = folder("run/reload").path
    try startPages(
      "configure",
      ["configure", "--config", configuration, "--socket", configureSocket, "--flag", flag])
    // What systemd does with levelwind-reload.path.
    let watch = """
      while :; do
        if [ -e "$1" ]; then rm -f "$1"; "$2" reload --config "$3"; else sleep 0.05; fi
      done
      """
    try startPages(
      "reloader", ["-c", watch, "sh", flag, Self.levelwind, configuration], program: "/bin/sh")
  }

  /// Makes a user with a password by the command.
  func addUser(_ name: some StringProtocol, _ role: String) throws -> PageUser {
    let made = try command("pages", "user", "add", String(name), "--role", role)
    try #require(made.status == 0, "\(made.errors)")
    let words: [Substring] = made.text.split(whereSeparator: \.isWhitespace)
    let password: Substring = try #require(words.last(where: { $0.count == 32 }))
    return PageUser(name: String(name), password: String(password))
  }

  /// Asks nginx for a page.
  func page(
    _ target: String, as user: PageUser?, _ method: String = "GET", headers: [String] = [],
    options: [String] = []
  ) throws -> Reply {
    var arguments = [
      "--silent", "--include", "--http1.1", "--path-as-is", "--globoff", "--max-time", "60",
    ]
    arguments += method == "HEAD" ? ["--head"] : ["--request", method]
    if let user { arguments += ["--user", "\(user.name):\(user.password)"] }
    for header in headers { arguments += ["--header", header] }
    let url = "http://localhost:\(pagesPort ?? 0)\(target)"
    let result = try Tool.run("curl", arguments + options + ["--ipv4", url])
    return Reply(message: result.output)
  }

  /// Asks the pages' process itself, as a web server would.
  func ask(_ target: String, _ parameters: [(String, String)], method: String = "GET") throws
    -> Reply
  {
    try FastCGIClient(path: pagesSocket).exchange(
      [("REQUEST_METHOD", method), ("REQUEST_URI", target)] + parameters)
  }
}
