import CLinux
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// Looks at the machine around the responder: the web server, the socket, the file systems, the
/// files, the services and the clock. It changes nothing.
public struct MachineCheck {
  let snapshot: Snapshot
  /// The configuration's folder.
  let directory: String
  /// The responder's user.
  let responder: Account
  /// The path of nginx's configuration file; nil for the usual one.
  var nginxFile: String?
  /// The path of Apache's configuration file; nil for the usual one.
  var apacheFile: String?
  /// The path of the responder's socket; nil for the one that the web server hands over to.
  var socket: String?
  /// Returns the kind of file system at a path, by the numbers of statfs(2).
  var fileSystem: (String) -> Int64 = { linux_file_system_kind($0) }
  /// Whether the kernel knows that nothing keeps its clock in time.
  var isClockAdrift: () -> Bool = { linux_clock_is_unsynchronised() != 0 }
  /// Returns systemd's properties of units.
  var units: ([String]) -> [ServiceUnit] = { ServiceUnit.all($0) }

  /// The configuration's folder on a server.
  public static let usualDirectory = "/etc/levelwind"

  /// Prepares a look at the machine.
  ///
  /// - Parameters:
  ///   - snapshot: the configuration.
  ///   - directory: the configuration's folder.
  ///   - responder: the responder's user.
  ///   - nginxFile: the path of nginx's configuration file; nil for the usual one.
  ///   - apacheFile: the path of Apache's configuration file; nil for the usual one.
  ///   - socket: the path of the responder's socket; nil for the one that the web server hands over
  ///     to.
  public init(
    snapshot: Snapshot, directory: String, responder: Account, nginxFile: String? = nil,
    apacheFile: String? = nil, socket: String? = nil
  ) {
    self.snapshot = snapshot
    self.directory = directory
    self.responder = responder
    self.nginxFile = nginxFile
    self.apacheFile = apacheFile
    self.socket = socket
  }

  var settings: Settings { snapshot.settings }

  /// The year of this version. A clock that shows an earlier one was never set.
  static let year = 2026
  private static let usualSocket = "/run/levelwind/levelwind.sock"

  /// Looks at all of it, and returns what is wrong.
  public func run(now: Date) -> [Problem] {
    let (nginx, nginxProblems) = readNginx()
    let (sites, problems) = readWebServer(
      nginx, isNginxThere: nginx != nil || !nginxProblems.isEmpty)
    let handed = sites?.webhooks.lazy.compactMap(\.socket).first
    let socket = socket ?? handed ?? Self.usualSocket
    return nginxProblems + problems + (sites.map { lookAtSites($0, socket) } ?? [])
      + lookAtBaseURL(sites) + lookAtSocket(socket, Account(named: sites?.user ?? "www-data"))
      + (sites.map { ask($0, socket) } ?? []) + (nginx.map(lookAtPages) ?? [])
      + lookAtFileSystems()
      + lookAtState()
      + lookAtFiles() + lookAtSecrets() + lookAtPeers() + lookAtServices() + lookAtClock(now)
  }

  private func lookAtBaseURL(_ sites: WebServerConfiguration?) -> [Problem] {
    let name = sites?.servers.first { !$0.webhooks.isEmpty }?.names
      .first { !$0.contains("*") && !$0.hasPrefix("~") && $0.contains(".") }
    let line = "`base_url: https://\(name ?? "hooks.example.org")`"
    guard let base = settings.baseURL else {
      return [
        Problem(
          .warning, file: "levelwind.yaml", key: "base_url",
          "is not set, so the URLs for senders are unknown: put \(line) there, then "
            + Remedy.load.inline)
      ]
    }
    guard base.hasPrefix("http://") else { return [] }
    return [
      Problem(
        .warning, file: "levelwind.yaml", key: "base_url",
        "is without TLS, so deliveries can be read and replayed on their way: put \(line) there, "
          + "then \(Remedy.load.inline)")
    ]
  }

  private func lookAtState() -> [Problem] {
    var status = stat()
    guard stat(settings.state, &status) == 0, !responder.may(7, status) else { return [] }
    return [
      Problem(
        file: settings.state,
        "can't be written by user \(responder.name): "
          + Remedy.ownState(settings.state, responder.name).inline)
    ]
  }

  private func lookAtClock(_ now: Date) -> [Problem] {
    let year = Int(now.rfc3339.prefix(4)) ?? 0
    if year < Self.year {
      return [
        Problem(
          file: "clock",
          "the clock says \(year), before this version was made. Timestamps and certificates "
            + "can't be checked: "
            + Remedy.setClock.inline)
      ]
    }
    guard isClockAdrift() else { return [] }
    return [
      Problem(
        .warning, file: "clock",
        "nothing keeps the clock in time, and senders' timestamps are compared with it: "
          + Remedy.setClock.inline)
    ]
  }
}
