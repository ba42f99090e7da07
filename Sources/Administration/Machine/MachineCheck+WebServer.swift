import FoundationEssentials
import Glibc
import Serving
import Webhooks

extension MachineCheck {
  /// Returns the sites of the web server that hands webhooks over: nginx's, or Apache's where nginx
  /// hands none over.
  func readWebServer(
    _ nginx: NginxConfiguration?, isNginxThere: Bool
  ) -> (WebServerConfiguration?, [Problem]) {
    let sites = nginx?.sites
    if let sites, !sites.webhooks.isEmpty { return (sites, []) }
    let (apache, problems) = readApache()
    if let apache, !apache.webhooks.isEmpty || !isNginxThere { return (apache, problems) }
    return (sites, problems)
  }

  /// Returns Apache's configuration. It is nil if Apache isn't installed, refuses its files, or
  /// this user can't ask it.
  private func readApache() -> (WebServerConfiguration?, [Problem]) {
    guard apacheFile != nil || (nginxFile == nil && geteuid() == 0) else { return (nil, []) }
    let program = apacheFile.map { ["apache2", "-f", $0] } ?? ["apache2ctl"]
    let asked = program + ["-t", "-D", "DUMP_INCLUDES", "-D", "DUMP_RUN_CFG"]
    guard let (status, output, errors) = MachineProgram.run(asked) else { return (nil, []) }
    guard status == 0 else {
      let reason = errors.split(separator: "\n").last { !$0.hasPrefix("Action ") } ?? ""
      return (
        nil,
        [
          Problem(
            .warning, file: apacheFile ?? WebServerKind.apache.usualFile,
            "Apache refuses its configuration; see `apache2ctl configtest`: \(reason)")
        ]
      )
    }
    let configuration = ApacheConfiguration(dump: output) { name in
      FileManager.default.contents(atPath: name).map { String(decoding: $0, as: UTF8.self) }
    }
    return (configuration.sites, [])
  }

  /// Returns nginx's configuration as nginx itself reads it. It is nil if nginx isn't installed,
  /// refuses its files, or this user can't ask it.
  func readNginx() -> (NginxConfiguration?, [Problem]) {
    guard nginxFile != nil || (apacheFile == nil && geteuid() == 0) else { return (nil, []) }
    var arguments = ["nginx", "-e", "stderr", "-T"]
    if let nginxFile {
      let folder = URL(filePath: nginxFile).deletingLastPathComponent().path(percentEncoded: false)
      arguments += ["-p", folder, "-c", nginxFile]
    }
    guard let (status, output, errors) = MachineProgram.run(arguments) else { return (nil, []) }
    guard status == 0 else {
      // The line begins with the time and the process id.
      let line = errors.split(separator: "\n").first { $0.contains("[emerg]") } ?? ""
      let reason = line.firstRange(of: ": ").map { line[$0.upperBound...] } ?? line
      return (
        nil,
        [
          Problem(
            .warning, file: nginxFile ?? "nginx",
            "nginx refuses its configuration; see `nginx -t`: \(reason)")
        ]
      )
    }
    return (NginxConfiguration(dump: output), [])
  }

  /// Returns what is wrong with the web server's configuration for the responder's socket.
  func lookAtSites(_ sites: WebServerConfiguration, _ socket: String) -> [Problem] {
    guard !sites.webhooks.isEmpty else {
      let file = sites.kind == .nginx ? nginxFile : apacheFile
      return [
        Problem(
          .warning, file: file ?? sites.kind.usualFile,
          "no \(sites.kind.block) hands /webhook/ over: "
            + sites.kind.handOver(in: "yours").inline)
      ]
    }
    return sites.webhooks.flatMap { lookAt($0, sites.kind, socket) }
  }

  private func lookAt(
    _ webhooks: WebServerConfiguration.Webhooks, _ kind: WebServerKind, _ socket: String
  ) -> [Problem] {
    var problems: [Problem] = []
    func report(_ severity: Problem.Severity, _ what: String, _ remedy: String) {
      problems.append(
        Problem(
          severity, file: webhooks.file, "\(what): put `\(remedy)` there, then \(kind.load.inline)")
      )
    }
    let limit = settings.maxBodyBytes
    if let bodyLimit = webhooks.bodyLimit, bodyLimit != limit {
      report(
        .warning,
        "client_max_body_size is \(bodyLimit) bytes, and max_body \(limit)"
          + (bodyLimit != 0 && bodyLimit < limit
            ? ": nginx refuses deliveries that the responder would accept"
            : ": nginx accepts bodies that the responder then refuses"),
        "client_max_body_size \(Self.size(limit));")
    }
    let deadline = settings.deadline / .seconds(1)
    if webhooks.readTimeout <= deadline {
      report(
        .error,
        "\(kind.readTimeout) is \(webhooks.readTimeout) s, and deadline \(deadline) s: "
          + "\(kind.name) gives up before the responder has answered",
        kind.waiting(Int(deadline.rounded(.up)) + 1))
    }
    if let handed = webhooks.socket, handed != socket {
      problems.append(
        Problem(
          file: webhooks.file,
          "\(kind.name) hands over to \(handed), and the responder listens at \(socket): name the "
            + "same socket in both"
        ))
    }
    return problems
  }

  /// Returns what is wrong with the socket at a path. `server` is the web server's user.
  func lookAtSocket(_ path: String, _ server: Account?) -> [Problem] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard socket != nil || errno != ENOENT else { return absent(path) }
      return [Problem(file: path, "there is no socket: \(String(cString: strerror(errno)))")]
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      return [
        Problem(
          file: path, "isn't a socket: \(Remedy.replaceSocket(path).inline)")
      ]
    }
    if status.st_mode & 0o002 != 0 {
      return [
        Problem(
          file: path,
          "every user can write to it, and can therefore claim any client address: "
            + Remedy.changeMode("0660", path).inline
        )
      ]
    }
    guard let server else { return [] }
    if let barrier = server.barrier(on: path) {
      return [
        Problem(
          file: path,
          "the web server's user \(server.name) can't pass \(barrier): "
            + Remedy.changeMode("a+x", barrier).inline
        )
      ]
    }
    guard !server.may(2, status) else { return [] }
    return [
      Problem(
        file: path,
        "the web server's user \(server.name) can't write to it: "
          + Remedy.giveSocket(path, server.name).inline)
    ]
  }

  /// Warns about a missing socket where systemd runs, which makes the socket when it is told to.
  private func absent(_ path: String) -> [Problem] {
    guard access("/run/systemd/system", F_OK) == 0 else { return [] }
    return [
      Problem(
        .warning, file: path,
        "there is no socket: \(Remedy.startSocket.inline)")
    ]
  }

  private static func size(_ bytes: Int) -> String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20)m" : bytes % 1024 == 0 ? "\(bytes >> 10)k" : "\(bytes)"
  }
}
