import ArgumentParser
import Relaying

/// `levelwind-relay schema`: prints a table for tasks.
struct RelaySchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the table that relays to PostgreSQL insert into, as SQL.",
    discussion: """
      Run it as the owner of the database, and let the relay's user insert:

        levelwind-relay schema | psql erp
        psql erp -c 'GRANT INSERT ON levelwind_tasks TO levelwind'

      The statements make what is missing, and change nothing that is there.
      """)

  @Option(help: "The table's name, with its schema where it has one.")
  var table = "levelwind_tasks"

  func validate() throws {
    guard
      table.utf8.allSatisfy({ 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || "_.".utf8.contains($0) }),
      !table.isEmpty
    else { throw ValidationError("--table takes a name of a-z, 0-9 and _, such as inbox.tasks") }
  }

  func run() { print(PostgreSQLSchema.statements(for: table), terminator: "") }
}
