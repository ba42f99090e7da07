extension NginxConfiguration {
  /// What the files say about webhooks.
  var sites: WebServerConfiguration {
    WebServerConfiguration(
      kind: .nginx, user: directives.first { $0.name == "user" }?.arguments.first,
      servers: directives.filter { $0.name == "http" }.flatMap { http in
        http.block.filter { $0.name == "server" }.map { server in
          let isSecure = server.block.contains { $0.name == "ssl" && $0.arguments == ["on"] }
          let listens = server.block.filter { $0.name == "listen" }
            .compactMap { Self.listen($0.arguments, isSecure: isSecure) }
          return WebServerConfiguration.Server(
            file: server.file,
            names: server.block.filter { $0.name == "server_name" }.flatMap(\.arguments),
            listens: listens.isEmpty
              ? [.init("80", isSecure: isSecure, isDefault: false)] : listens,
            webhooks: webhooks(in: server.block, outer: [http.block, directives]))
        }
      })
  }

  /// Reads the words of a `listen` directive.
  ///
  /// - Returns: nil for a socket in the file system.
  static func listen(_ words: [String], isSecure: Bool) -> WebServerConfiguration.Listen? {
    guard let place = words.first, !place.hasPrefix("unix:") else { return nil }
    return WebServerConfiguration.Listen(
      place, isSecure: isSecure || words.contains("ssl"),
      isDefault: words.contains("default_server") || words.contains("default"))
  }
}
