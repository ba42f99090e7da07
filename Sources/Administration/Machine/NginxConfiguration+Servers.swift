extension NginxConfiguration {
  /// A `listen` directive of a server block.
  struct Listen {
    /// The address; nil for all addresses.
    let address: String?
    let port: Int
    let isSecure: Bool
    let isDefault: Bool

    /// - Returns: nil for a socket in the file system.
    init?(_ words: [String], isSecure: Bool) {
      guard let place = words.first, !place.hasPrefix("unix:") else { return nil }
      self.isSecure = isSecure || words.contains("ssl")
      isDefault = words.contains("default_server") || words.contains("default")
      let colon = place.lastIndex(of: ":")
      if let port = Int(place) {
        (address, self.port) = (nil, port)
      } else if let colon, !place.hasSuffix("]"),
        let port = Int(place[place.index(after: colon)...])
      {
        (address, self.port) = (Self.address(String(place[..<colon])), port)
      } else {
        (address, port) = (Self.address(place), 80)
      }
    }

    private static func address(_ text: String) -> String? {
      let text = text.hasPrefix("[") ? String(text.dropFirst().dropLast()) : text
      return ["*", "0.0.0.0"].contains(text) ? nil : text == "localhost" ? "127.0.0.1" : text
    }

    /// An address of this machine at which the server listens.
    var local: String { address.map { $0 == "::" ? "::1" : $0 } ?? "127.0.0.1" }
  }

  /// A server block.
  struct Server {
    /// The file that contains the block.
    let file: String
    let names: [String]
    let listens: [Listen]
    let webhooks: [Webhooks]

    /// Returns how well one of the names fits a host; 0 for not at all.
    func fits(_ host: String) -> Int {
      names.map { name in
        let name = name.lowercased()
        if name == host { return 1000 }
        if name.hasPrefix("."), host == name.dropFirst() || host.hasSuffix(name) {
          return name.count
        }
        if name.hasPrefix("*."), host.hasSuffix(name.dropFirst()) { return name.count }
        if name.hasSuffix(".*"), host.hasPrefix(name.dropLast()) { return 1 }
        return 0
      }.max() ?? 0
    }
  }

  /// All server blocks of `http`, in order.
  var servers: [Server] {
    directives.filter { $0.name == "http" }.flatMap { http in
      http.block.filter { $0.name == "server" }.map { server in
        let isSecure = server.block.contains { $0.name == "ssl" && $0.arguments == ["on"] }
        let listens = server.block.filter { $0.name == "listen" }
          .compactMap { Listen($0.arguments, isSecure: isSecure) }
        return Server(
          file: server.file,
          names: server.block.filter { $0.name == "server_name" }.flatMap(\.arguments),
          listens: listens.isEmpty
            ? [Listen(["80"], isSecure: isSecure)].compactMap { $0 } : listens,
          webhooks: webhooks(in: server.block, outer: [http.block, directives]))
      }
    }
  }

  /// The server block that answers requests to a host on a port; nil where none listens there.
  func server(for host: String, port: Int) -> (server: Server, listen: Listen)? {
    let all = servers.flatMap { server in
      server.listens.filter { $0.port == port }.map { (server: server, listen: $0) }
    }
    guard let best = all.max(by: { $0.server.fits(host) < $1.server.fits(host) }) else {
      return nil
    }
    if best.server.fits(host) > 0 {
      return all.first { $0.server.fits(host) == best.server.fits(host) }
    }
    return all.first { $0.listen.isDefault } ?? all.first
  }
}
