import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Webhooks

/// `levelwind pages user`.
struct PagesUserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Says who may use the pages, and in which role.",
    discussion: """
      The web server signs users in by the file pages.users of the configuration's folder, and \
      levelwind.yaml says under pages what each may do:

        viewer         sees names, states, counts and reasons
        operator       sees bodies and headers as well; each look is noted
        administrator  may do all that pages offer
      """,
    subcommands: [PagesUserAddCommand.self, PagesUserRemoveCommand.self, PagesUserListCommand.self])
}

/// The role of a user, on the command line.
enum PageRoleArgument: String, CaseIterable, ExpressibleByArgument {
  case viewer, operator_ = "operator", administrator
}

/// The users of the pages, which a command changes.
struct PageUserOptions: ParsableArguments {
  @OptionGroup var change: ChangeOptions
  @Option(help: ArgumentHelp("The web server's group, which reads pages.users.", valueName: "name"))
  var group = "www-data"

  var directory: String { change.configuration.directory }
  var file: PageUsersFile { PageUsersFile(directory: directory) }

  private var groupID: gid_t? {
    geteuid() == 0 ? getgrnam(group)?.pointee.gr_gid : nil
  }

  static func check(_ name: String) throws {
    guard PageRoles.isName(name) else {
      throw ValidationError(
        "\"\(name)\" can't be a user's name: expected a-z, 0-9, '.', '_' and '-', at most 64 of "
          + "them")
    }
  }

  /// Gives a user a new password, and prints it.
  func add(_ name: String, _ role: PageRoleArgument) throws {
    try setRole(of: name, to: role.rawValue)
    let password = try known { () throws(PageUsersFile.Failure) in
      try file.add(name, group: groupID)
    }
    print(
      """
      User \(name), \(role.rawValue). The password is shown this once, and kept nowhere:

        \(password)

      """)
  }

  func remove(_ name: String) throws {
    try setRole(of: name, to: nil)
    let wasThere = try known { () throws(PageUsersFile.Failure) in
      try file.remove(name, group: groupID)
    }
    guard wasThere else {
      throw ExitCode.because(1, "there is no user \(name): levelwind pages user list")
    }
    print("User \(name) is removed.")
  }

  func names() throws -> [String] {
    try known { () throws(PageUsersFile.Failure) in try file.names() }
  }

  func roles() throws -> PageRoles {
    do throws(IncomingSpool.Unknown) {
      return try IncomingSpool.settings(in: directory).pages
    } catch {
      throw ExitCode.because(1, error.text)
    }
  }

  /// Writes the role into levelwind.yaml, and has the responder load it.
  private func setRole(of name: String, to role: String?) throws {
    let changes = try roles().changes(of: name, to: role)
    if changes.isEmpty { return }
    let path = "levelwind.yaml"
    let old = try change.files.bytesOrNothing(of: path)
    try change.change { (configuration) throws(ChangeFailure) in
      let new = try configuration.edited(old ?? [], of: path) { (text) throws(UneditableText) in
        for one in changes { try text.set(one.key, to: one.value) }
      }
      if let old { return try configuration.replace(path, old, with: new) }
      try configuration.attempt { () throws(ConfigurationFiles.Failure) in
        try configuration.files.create(path, new)
      }
      return []
    }
    ExitCode.say(try change.load(path))
  }

  private func known<Value>(
    _ work: () throws(PageUsersFile.Failure) -> Value
  ) throws -> Value {
    do throws(PageUsersFile.Failure) {
      return try work()
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}

extension ConfigurationFiles {
  /// Returns the content of a file; nil if it doesn't exist.
  fileprivate func bytesOrNothing(of path: String) throws -> [UInt8]? {
    do throws(Failure) {
      return try bytes(of: path)
    } catch {
      throw ExitCode.because(1, error.description)
    }
  }
}

/// `levelwind pages user add`.
struct PagesUserAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Adds a user, or gives one a new password or role.",
    discussion: """
      The password is random, of 128 bits. It is printed once, and only its hash is kept. A user \
      that is there already gets a new one.
      """)

  @Argument(help: "The user's name: a-z, 0-9, '.', '_' and '-'.")
  var name: String
  @Option(help: "What the user may do.")
  var role = PageRoleArgument.viewer
  @OptionGroup var users: PageUserOptions

  func validate() throws { try PageUserOptions.check(name) }

  func run() throws { try users.add(name, role) }
}

/// `levelwind pages user remove`.
struct PagesUserRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Removes a user.")

  @Argument(help: "The user's name.")
  var name: String
  @OptionGroup var users: PageUserOptions

  func validate() throws { try PageUserOptions.check(name) }

  func run() throws { try users.remove(name) }
}

/// `levelwind pages user list`.
struct PagesUserListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the users that the web server signs in by pages.users.")

  @OptionGroup var users: PageUserOptions
  @Flag(help: "Print a JSON array.")
  var json = false

  private struct Row: Encodable {
    let name: String
    let role: String
  }

  func run() throws {
    let roles = try users.roles()
    let everybody = roles.role(of: "*")
    let rows = try users.names().map { name in
      Row(name: name, role: roles.role(of: name) ?? everybody ?? "none")
    }
    if json { return print(try SenderPage.json(rows)) }
    if rows.isEmpty { return print("There are no users: levelwind pages user add NAME") }
    print(Table.text(rows.map { [$0.name, $0.role] }))
  }
}
