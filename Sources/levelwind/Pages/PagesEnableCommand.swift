import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind pages enable`.
struct PagesEnableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Switches the pages on, for this machine alone, and makes the first user.",
    discussion: """
      Links nginx's site levelwind-pages, which listens on 127.0.0.1:8411, and enables the sockets \
      of the pages. Where there is no user yet, it makes one, an administrator, and prints the \
      password. From elsewhere, the pages are reached through a tunnel:

        ssh -L 8411:127.0.0.1:8411 SERVER

      Run it as root.
      """)

  @Option(
    help: ArgumentHelp(
      "The name of the first user. By default who runs sudo, else admin.", valueName: "name"))
  var firstUser: String?
  @OptionGroup var users: PageUserOptions

  func validate() throws {
    if let firstUser { try PageUserOptions.check(firstUser) }
  }

  func run() throws {
    try PagesSite.requireMachine()
    if try users.names().isEmpty { try users.add(firstUser ?? Self.caller, .administrator) }
    do throws(PagesSite.Failure) {
      try PagesSite().enable()
    } catch {
      throw ExitCode.because(1, "the pages are not switched on: \(error)")
    }
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    print(
      """
      The pages are on, at http://localhost:8411/ of this machine. From another:

        ssh -L 8411:127.0.0.1:8411 \(host)

      then http://localhost:8411/ there. Users: levelwind pages user add NAME
      """)
  }

  /// Who runs sudo, if that can be a user of the pages.
  private static var caller: String {
    let name = ProcessInfo.processInfo.environment["SUDO_USER"] ?? ""
    return PageRoles.isName(name) && name != "root" ? name : "admin"
  }
}

/// `levelwind pages disable`.
struct PagesDisableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Switches the pages off.",
    discussion: """
      Removes nginx's link to the site, and stops and disables the processes of the pages. Users \
      and roles stay for the next time. Run it as root.
      """)

  func run() throws {
    try PagesSite.requireMachine()
    do throws(PagesSite.Failure) {
      try PagesSite().disable()
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
    print("The pages are off.")
  }
}

extension PagesSite {
  /// - Throws: exit code 1 without root, or without systemd.
  fileprivate static func requireMachine() throws {
    guard geteuid() == 0 else { throw ExitCode.because(1, "run this as root") }
    guard access("/run/systemd/system", F_OK) == 0 else {
      throw ExitCode.because(
        1, "systemd doesn't run here: levelwind-pages(7) says how to start the pages by hand")
    }
  }
}
