import Bytes

/// Who asks, as the web server says: nothing of it comes from the client.
struct Visitor: Sendable {
  let user: String
  let groups: [String]

  /// Takes all values of the parameters `LEVELWIND_USER` and `LEVELWIND_GROUPS`, a list with
  /// commas. nil without exactly one user, since a web server can't take a parameter back that it
  /// has given; and for names of another form than helpers take.
  init?(users: [[UInt8]], groups: [[UInt8]]) {
    guard users.count == 1, groups.count <= 1, Self.isName(users[0]) else { return nil }
    user = String(decoding: users[0], as: UTF8.self)
    let names = (groups.first ?? []).split(separator: UInt8(ascii: ",")).map { name in
      Array(name.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed())
    }
    guard names.count <= 64, names.allSatisfy({ Self.isName($0) }) else { return nil }
    self.groups = names.map { String(decoding: $0, as: UTF8.self) }
  }

  /// `a-z`, `0-9`, `.`, `_` and `-`, at most 64 of them.
  private static func isName(_ text: [UInt8]) -> Bool {
    1...64 ~= text.count && text.first != UInt8(ascii: "-")
      && text.allSatisfy { byte in
        0x61...0x7a ~= byte || 0x30...0x39 ~= byte || "._-".utf8.contains(byte)
      }
  }
}
