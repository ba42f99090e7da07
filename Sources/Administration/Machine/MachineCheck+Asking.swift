import Fetching
import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// A request through the web server, sent like a sender's, that only this responder can answer.
extension MachineCheck {
  /// Returns what stands between senders and the responder. Returns nothing if no site hands
  /// webhooks over, which another check reports.
  func ask(_ sites: WebServerConfiguration, _ socket: String) -> [Problem] {
    let kind = sites.kind
    guard let handing = sites.servers.first(where: { !$0.webhooks.isEmpty }) else { return [] }
    let path = handing.webhooks[0].path
    let listens = handing.listens.sorted { $0.isSecure && !$1.isSecure }
    guard let listen = listens.first else { return [] }
    guard let base = settings.baseURL.flatMap(PublicAddress.init) else {
      let own = PublicAddress(handing, listen, path: path)
      return ask(own, kind, handing, listen, socket)
    }
    if let (server, listen) = sites.server(for: base.host, port: base.port) {
      return ask(base, kind, server, listen, socket, instead: handing)
    }
    // A load balancer may listen at that port, on another machine, and pass requests on.
    let words =
      "base_url says port \(base.port), and \(kind.name) hands webhooks over on port "
      + "\(listens.map { "\($0.port)" }.joined(separator: ", ")) alone"
    let beyond = ask(base, kind, handing, listen, socket)
    guard beyond.isEmpty else { return beyond }
    return [
      Problem(
        .warning, file: "levelwind.yaml",
        "\(words): that is right if a load balancer listens on base_url's port and forwards to "
          + "\(kind.name). Otherwise put "
          + "`\(kind.listening(base.port, isSecure: base.isSecure))` into \(handing.file), "
          + "\(kind.load.inline)")
    ]
  }

  /// Asks the responder through a site, and returns what is wrong. `server` is the site that
  /// answers at the address. `handing` is the first site that hands webhooks over; nil if it is
  /// `server`.
  private func ask(
    _ address: PublicAddress, _ kind: WebServerKind, _ server: WebServerConfiguration.Server,
    _ listen: WebServerConfiguration.Listen, _ socket: String,
    instead handing: WebServerConfiguration.Server? = nil
  ) -> [Problem] {
    let obstacle = obstacle(to: address, kind, server, listen, handing ?? server)
    guard let key = ProbeKey(state: settings.state) else {
      // No responder was started here yet, or this user may not read the key. The files can still
      // be judged.
      return obstacle.map { [$0] } ?? []
    }
    let request = LocalRequest(
      address: listen.local, port: listen.port, isSecure: listen.isSecure, host: address.host,
      authority: address.authority, path: address.path + ProbeKey.path)
    let question = key.question()
    var outcome = request.send((ProbeKey.header, question))
    for _ in 1...3 where !outcome.isProven(by: key, question) {
      // Right after a reload of the web server, its old workers may answer for a moment.
      if case .late = outcome { break }
      usleep(200_000)
      outcome = request.send((ProbeKey.header, question))
    }
    let place =
      "\(listen.isSecure ? "https" : "http")://\(address.host) at \(listen.local):\(listen.port)"
    func problem(_ what: String, _ remedy: Remedy) -> [Problem] {
      [Problem(file: server.file, "\(place) \(what): \(remedy.inline)")]
    }
    switch outcome {
    case _ where outcome.isProven(by: key, question):
      // The question came through. The obstacle counts only if TLS is expected here and missing.
      if address.isSecure, !listen.isSecure, address.port == listen.port, let obstacle {
        return [obstacle]
      }
      return strangeName(address, kind, server)
    case .unreachable(let reason):
      return problem(
        "can't be reached (\(reason)): \(kind.name) does not run, or runs with other files",
        kind.load)
    case .late(let time):
      return problem("gave no answer within \(time / .seconds(1)) s", .startSocket)
    case .unintelligible(let reason):
      return obstacle.map { [$0] }
        ?? problem("speaks another protocol than \(kind.name)'s files say (\(reason))", kind.load)
    case .unsent(let reason):
      return [Problem(file: server.file, "\(place) was not asked: \(reason)")]
    case .answered(502...504, _):
      return problem("answers that the responder at \(socket) can't be reached", .startSocket)
    case .answered(let status, let body):
      if isLevelwind(status, body) { return [stranger(place, server)] }
      return obstacle.map { [$0] }
        ?? problem(
          "answers \(status), and not from the responder: \(kind.name) runs with other files",
          kind.load)
    }
  }

  /// Returns the obstacle that the web server's files alone show.
  private func obstacle(
    to address: PublicAddress, _ kind: WebServerKind, _ server: WebServerConfiguration.Server,
    _ listen: WebServerConfiguration.Listen, _ handing: WebServerConfiguration.Server
  ) -> Problem? {
    let place = "\(address.isSecure ? "https" : "http")://\(address.authority)"
    if address.isSecure, !listen.isSecure, listen.port == address.port {
      return Problem(
        file: server.file,
        "base_url is \(place), and port \(listen.port) is without TLS here: "
          + "put `\(kind.encrypting(listen.port))` there, \(kind.load.inline)")
    }
    guard !server.webhooks.contains(where: { $0.path == address.path }) else { return nil }
    if let other = server.webhooks.first {
      return Problem(
        file: other.file,
        "base_url's path is \(address.path.isEmpty ? "empty" : address.path), and \(kind.name) "
          + "hands \(other.path)/webhook/ over: put `\(kind.handing(address.path))` there, "
          + kind.load.inline)
    }
    let names = handing.names.isEmpty ? "no name" : handing.names.joined(separator: " ")
    let ports = handing.listens.map { "\($0.port)" }.joined(separator: ", ")
    return Problem(
      file: server.file,
      "its \(kind.block) answers for \(place), and does not hand webhooks over; the one of "
        + "\(names), port \(ports), does: \(kind.handOver(in: server.file).inline)")
  }

  /// Warns if the site answers for the host only as the default one: its names don't include the
  /// host.
  private func strangeName(
    _ address: PublicAddress, _ kind: WebServerKind, _ server: WebServerConfiguration.Server
  ) -> [Problem] {
    guard server.fits(address.host) == 0, let name = server.names.first(where: { $0.contains(".") })
    else { return [] }
    return [
      Problem(
        .warning, file: "levelwind.yaml", key: "base_url",
        "has host \(address.host), and \(kind.name)'s \(kind.block) in \(server.file) is called "
          + "\(server.names.joined(separator: " ")): put `\(kind.naming(address.host))` there, "
          + "then \(kind.load.inline), or \(name) here, then \(Remedy.load.inline)")
    ]
  }

  /// Whether an answer is a problem document of a responder of ours.
  private func isLevelwind(_ status: Int, _ body: [UInt8]) -> Bool {
    struct Document: Decodable {
      let delivery: String
      let status: Int
    }
    return (try? JSONDecoder().decode(Document.self, from: Data(body)))?.status == status
  }

  private func stranger(_ place: String, _ server: WebServerConfiguration.Server) -> Problem {
    let status = StatusFile.read(state: settings.state)
    if let status, status.base != settings.baseURL {
      return Problem(
        file: "levelwind.yaml",
        "the responder has loaded \(status.base.map { "base_url \($0)" } ?? "no base_url"), which "
          + "differs from this file: \(Remedy.load.inline)")
    }
    return Problem(
      file: server.file,
      "\(place) is answered by another responder than the one of \(settings.state): "
        + Remedy.startSocket.inline)
  }
}

extension LocalRequest.Outcome {
  /// Whether the answer comes from the responder that has the key.
  fileprivate func isProven(by key: ProbeKey, _ question: String) -> Bool {
    guard case .answered(200, let body) = self else { return false }
    return key.proves(body, question)
  }
}
