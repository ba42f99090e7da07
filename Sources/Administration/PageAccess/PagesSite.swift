import FoundationEssentials
import Glibc

/// The web server's site of the pages, and their sockets: on, or off.
package struct PagesSite {
  /// Why they can't be switched, in words.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
  }

  /// The folder of nginx's configuration.
  private let nginx: String

  private static let name = "levelwind-pages"
  private static let units = [
    "levelwind-reload.path", "levelwind-configure.socket", "levelwind-administer.socket",
    "levelwind-pages.socket",
  ]
  private static let services = [
    "levelwind-configure.service", "levelwind-administer.service", "levelwind-pages.service",
  ]

  /// - Parameter nginx: the folder of nginx's configuration.
  package init(nginx: String = "/etc/nginx") { self.nginx = nginx }

  private var site: String { "\(nginx)/sites-available/\(Self.name)" }
  private var link: String { "\(nginx)/sites-enabled/\(Self.name)" }

  /// Switches the pages on. If nginx refuses the site, all is as before.
  package func enable() throws(Failure) {
    guard access(site, F_OK) == 0 else {
      throw Failure(
        "\(site) isn't there: install nginx, then `dpkg-reconfigure levelwind`, or take the file "
          + "from /usr/share/levelwind/nginx/sites-available")
    }
    let isNew = symlink("../sites-available/\(Self.name)", link) == 0
    guard isNew || errno == EEXIST else {
      throw Failure("\(link) can't be made: \(String(cString: strerror(errno)))")
    }
    do throws(Failure) {
      try Self.run(["nginx", "-t"])
      try Self.run(["systemctl", "--quiet", "enable", "--now"] + Self.units)
      try Self.reloadNginx()
    } catch {
      if isNew { unlink(link) }
      throw error
    }
  }

  /// Switches the pages off. Their users stay.
  package func disable() throws(Failure) {
    guard unlink(link) == 0 || errno == ENOENT else {
      throw Failure("\(link) can't be removed: \(String(cString: strerror(errno)))")
    }
    try Self.reloadNginx()
    try Self.run(["systemctl", "--quiet", "disable", "--now"] + Self.units)
    try Self.run(["systemctl", "stop"] + Self.services)
  }

  private static func reloadNginx() throws(Failure) {
    // An nginx that doesn't run reads its files when it starts.
    guard MachineProgram.run(["systemctl", "--quiet", "is-active", "nginx"])?.status == 0 else {
      return
    }
    try run(["systemctl", "reload", "nginx"])
  }

  private static func run(_ words: [String]) throws(Failure) {
    let command = words.joined(separator: " ")
    guard let (status, _, errors) = MachineProgram.run(words) else {
      throw Failure("\(words[0]) isn't installed, or can't be run")
    }
    guard status != 0 else { return }
    let reason = errors.split(separator: "\n").first { $0.contains("emerg") } ?? errors[...]
    throw Failure("`\(command)` failed: \(reason.trimmed)")
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
