import FoundationEssentials
import Spooling
import Verification

/// `type: postgresql`: inserts each task into a table.
struct PostgreSQLRelay: RelayKind {
  static let type = "postgresql"
  static let documentation = """
    Inserts tasks into a table of a PostgreSQL database, several in one transaction. A task is done \
    after the commit. `levelwind-relay schema` prints the table and its indexes: the task's id is the \
    primary key, and a unique index recognises what a sender sends twice, also to another receiver. \
    A row that is there already stays as it is (`ON CONFLICT DO NOTHING`). With `notify`, listeners \
    on that channel are told of new rows. Of several hosts, the first that can be written to is \
    used. While none can be, tasks wait, and no attempt is counted. A task that the database refuses \
    for its content goes to `failed/`. TLS is required and the server's certificate is verified, \
    unless `tls` says otherwise or the host is the folder of a Unix socket.
    """
  static let example = """
    type: postgresql
    hosts: [db1.example.org, db2.example.org]
    database: erp
    user: levelwind
    password: {secret: database}
    """
  static let usualConcurrency = 2

  private enum Keys {
    static let hosts = Option(
      "hosts", .list(of: .relayHostOrSocket, "hosts"), default: [RelayHost("/run/postgresql")],
      "The servers, each with its port where that isn't 5432: `db.example.org:5433`. A path is the "
        + "folder of a Unix socket.")
    static let database = Option(
      required: "database", .line, "The name of the database.")
    static let user = Option(required: "user", .line, "The name of the database's user.")
    static let password = Option(
      optional: "password", .outgoingSecret,
      "The user's password: `{secret: NAME}` reads it from the folder `outgoing-secrets`. By "
        + "default none is sent.")
    static let table = Option(
      "table", .sqlName, default: "levelwind_tasks",
      "The table, with its schema where it isn't on the search path: `inbox.tasks`.")
    static let batch = Option(
      "batch", .integer(1...10_000), default: 100,
      "The most tasks of one transaction. One that fails is repeated task by task.")
    static let notify = Option(
      optional: "notify", .line,
      "The channel on which listeners are told of new rows (NOTIFY).")
    static let timeout = Option(
      "timeout", .duration(.seconds(1)...(.seconds(600))), default: .seconds(30),
      "How long connecting, and each transaction, may take.")
  }

  static let options: [any DocumentedOption] = [
    Keys.hosts, RelaySecurity.option, RelaySecurity.authorities, Keys.database, Keys.user,
    Keys.password, Keys.table, Keys.batch, Keys.notify, Keys.timeout,
  ]

  private let target: PostgreSQLTable

  init?(reading mapping: Mapping) {
    let (hosts, table) = (mapping[Keys.hosts], mapping[Keys.table])
    let (database, user) = (mapping[Keys.database], mapping[Keys.user])
    let (password, batch) = (mapping[Keys.password], mapping[Keys.batch])
    let (security, authorities) = (
      mapping[RelaySecurity.option], mapping[RelaySecurity.authorities]
    )
    let (notify, timeout) = (mapping[Keys.notify], mapping[Keys.timeout])
    guard let database, let user else { return nil }
    target = PostgreSQLTable(
      hosts: hosts, database: database, user: user, password: password, table: table,
      security: security, authorities: authorities, batch: batch, channel: notify, timeout: timeout)
  }

  var words: String {
    let hosts = target.hosts.map(\.description).joined(separator: ", ")
    return "Inserts tasks into \(target.table) of the database \(target.database) at \(hosts)."
  }
  var batch: Int { target.batch }

  func work<Tools: RelayTools>(with tools: Tools) -> Tools.Made { tools.inserting(into: target) }
}

/// A table of a PostgreSQL database, and how it is reached.
public struct PostgreSQLTable: Sendable {
  /// The servers, at least one, in the order in which they are tried.
  public let hosts: [RelayHost]
  /// The name of the database.
  public let database: String
  /// The name of the user.
  public let user: String
  /// The user's password; nil if none is sent.
  public let password: Secret?
  /// The table's name, `[a-z0-9_]` with at most one full stop: it needs no quotes.
  public let table: String
  /// Whether the connection is encrypted.
  public let security: RelaySecurity
  /// The path of a PEM file with the certificates to trust; nil for the system's.
  public let authorities: String?
  /// The most tasks of one transaction, at least 1.
  public let batch: Int
  /// The channel on which listeners are told; nil to tell nobody.
  public let channel: String?
  /// How long connecting, and each transaction, may take, 1 s to 600 s.
  public let timeout: Duration
}

extension Form where Value == String {
  /// A table's name, with its schema or without: it needs no quotes in SQL.
  fileprivate static let sqlName = Form.scalar(
    "table name", "a name of a-z, 0-9 and _, with its schema in front if it has one",
    schema: .text(matching: "^[a-z_][a-z0-9_]*([.][a-z_][a-z0-9_]*)?$", longest: 127),
    parse: { text in
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let isName = parts.allSatisfy { part in
        (1...63).contains(part.utf8.count) && !(0x30...0x39 ~= part.utf8.first ?? 0x30)
          && part.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x5f }
      }
      return isName && parts.count <= 2 ? text : nil
    })
}
