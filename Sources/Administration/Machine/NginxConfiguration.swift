import FoundationEssentials

/// nginx's configuration as `nginx -T` prints it, with each include's content in its place.
struct NginxConfiguration {
  typealias Directive = WebServerConfiguration.Directive
  typealias Webhooks = WebServerConfiguration.Webhooks

  let directives: [Directive]

  /// - Parameter dump: the output of `nginx -T`.
  init(dump: String) {
    var files: [(name: String, text: String)] = []
    for line in dump.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("# configuration file "), line.hasSuffix(":") {
        files.append((String(line.dropFirst(21).dropLast()), ""))
      } else if !files.isEmpty {
        files[files.count - 1].text += line + "\n"
      }
    }
    var reader = Reader(files: files)
    directives = files.first.map { reader.read($0.name, depth: 0) } ?? []
  }

  /// Returns the locations of a server block that hand `/webhook/` over.
  func webhooks(in block: [Directive], outer: [[Directive]]) -> [Webhooks] {
    var found: [Webhooks] = []
    collect(block, outer: outer, into: &found)
    return found
  }

  private func collect(_ level: [Directive], outer: [[Directive]], into found: inout [Webhooks]) {
    let scopes = [level] + outer
    for directive in level where !directive.block.isEmpty {
      if directive.name == "location", let path = directive.arguments.last,
        path.hasSuffix("/webhook/"),
        let pass = directive.block.first(where: { $0.name == "fastcgi_pass" })
      {
        let all = [directive.block] + scopes
        found.append(
          Webhooks(
            file: directive.file, path: String(path.dropLast("/webhook/".count)),
            bodyLimit: Self.value("client_max_body_size", all).flatMap(Self.bytes) ?? 1 << 20,
            readTimeout: Self.value("fastcgi_read_timeout", all).flatMap(Self.seconds) ?? 60,
            socket: socket(of: pass.arguments.first ?? "")))
      }
      collect(directive.block, outer: scopes, into: &found)
    }
  }

  /// Returns the socket behind `fastcgi_pass`: its target itself, or the first server of an
  /// upstream.
  private func socket(of target: String) -> String? {
    if target.hasPrefix("unix:") { return String(target.dropFirst(5)) }
    let http = directives.filter { $0.name == "http" }.flatMap(\.block)
    let upstream = http.first { $0.name == "upstream" && $0.arguments.first == target }
    let server = upstream?.block.first { $0.name == "server" }?.arguments.first
    return server.flatMap { $0.hasPrefix("unix:") ? String($0.dropFirst(5)) : nil }
  }

  private static func value(_ name: String, _ scopes: [[Directive]]) -> String? {
    scopes.lazy.compactMap { $0.last { $0.name == name }?.arguments.first }.first
  }

  private static func bytes(_ text: String) -> Int? {
    let units: [Character: Int] = ["k": 10, "m": 20, "g": 30]
    guard let last = text.lowercased().last, let shift = units[last] else { return Int(text) }
    return Int(text.dropLast()).map { $0 << shift }
  }

  private static func seconds(_ text: String) -> Double? {
    if text.hasSuffix("ms") { return Double(text.dropLast(2)).map { $0 / 1000 } }
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let last = text.last, let unit = units[last] else { return Double(text) }
    return Double(text.dropLast()).map { $0 * unit }
  }
}
