/// Who may do what on the pages. Each list has names of users, names of groups such as `@shop`, and
/// `*` for everybody whom the web server lets in.
public struct PageRoles: Sendable, Equatable {
  /// Who sees names, states, counts and reasons, and neither bodies nor the values of headers.
  public var viewers = ["*"]
  /// Who sees all of a delivery as well, and works on tasks.
  public var operators: [String] = []
  /// Who may do all that pages offer.
  public var administrators: [String] = []

  /// Creates the roles of a file without `pages`: everybody whom the web server lets in is a
  /// viewer.
  public init() {}

  /// Whether a text can be the name of a user of the pages: `a-z`, `0-9`, `.`, `_` and `-`, at most
  /// 64 characters. The web server itself would let any name in.
  public static func isName(_ text: some StringProtocol) -> Bool {
    1...64 ~= text.utf8.count && text.utf8.first != UInt8(ascii: "-")
      && text.utf8.allSatisfy { byte in
        0x61...0x7a ~= byte || 0x30...0x39 ~= byte || "._-".utf8.contains(byte)
      }
  }
}

extension PageRoles {
  private enum Keys {
    static let viewers = list(
      "viewers", default: ["*"],
      "Who sees names, states, counts and reasons, and neither bodies nor the values of headers. "
        + "`*` is everybody whom the web server lets in.")
    static let operators = list(
      "operators", default: [],
      "Who sees bodies and headers as well, retries and removes tasks, brings deliveries back, and "
        + "enables and disables webhooks. Each look and each change is noted.")
    static let administrators = list(
      "administrators", default: [],
      "Who may do all that pages offer: also make, change and delete webhooks, incoming "
        + "configurations and secrets.")

    private static func list(
      _ key: String, default fallback: [String], _ words: String
    ) -> Option<[String]> {
      Option(
        key,
        .list(of: name, "user names", emptyMeans: "nobody has this role")
          .withoutRepetition { $0 }, default: fallback, words)
    }

    private static let name = Form<String>.scalar(
      "user name", "the name of a user of the pages, the name of a group such as @shop, or \"*\"",
      schema: .text(matching: "^(\\*|@?[a-z0-9._][a-z0-9._-]{0,63})$"),
      write: { $0 == "*" || $0.hasPrefix("@") ? "\"\($0)\"" : $0 }
    ) { text in
      text == "*" || isName(text) || (text.hasPrefix("@") && isName(text.dropFirst())) ? text : nil
    }
  }

  static let form = Form<PageRoles>.mapping(
    "a mapping with viewers, operators and administrators",
    options: [Keys.viewers, Keys.operators, Keys.administrators]
  ) { mapping in
    var roles = PageRoles()
    roles.viewers = mapping[Keys.viewers]
    roles.operators = mapping[Keys.operators]
    roles.administrators = mapping[Keys.administrators]
    return roles
  }
}
