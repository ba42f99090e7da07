import Foundation
import Testing

/// The rooms (folders) of Webhooks. Each names the types of those rooms alone that are listed for
/// it. They stand above it in the list, so no room stands on itself by way of others.
@Suite struct RoomTests {
  /// The rooms that each room stands on, from the bottom up.
  private static let rooms: [(name: String, standsOn: Set<String>)] = [
    ("Naming", []),
    ("Options", []),
    ("Files", ["Naming", "Options"]),
    ("Decoding", []),
    ("Secrets", ["Options", "Files"]),
    ("Keys", ["Naming", "Files"]),
    ("Handshakes", ["Naming", "Options", "Files", "Secrets"]),
    ("Replay", ["Naming", "Files"]),
    ("JQ", ["Options"]),
    ("Parsers", ["Options", "JQ"]),
    ("PreProcessors", ["Options", "Secrets", "Handshakes", "Replay"]),
    ("Outgoing", ["Options"]),
    ("PostProcessors", ["Naming", "Options", "JQ", "Outgoing"]),
    ("Relays", ["Options", "JQ", "Outgoing"]),
    (
      "Configuration",
      [
        "Naming", "Options", "Files", "Secrets", "Keys", "Handshakes", "Replay", "JQ",
        "Parsers", "PreProcessors", "PostProcessors", "Relays",
      ]
    ),
    ("Configuration/Editing", ["Naming", "Options"]),
    ("Routing", ["Decoding", "Secrets", "JQ", "Parsers", "Configuration"]),
    (
      "Deciding",
      [
        "Naming", "Decoding", "Keys", "Handshakes", "JQ", "PreProcessors", "PostProcessors",
        "Configuration", "Routing",
      ]
    ),
    ("EventLog", ["Naming", "Options", "Secrets", "Configuration", "Deciding"]),
    ("Counting", ["Naming", "Files", "Configuration", "Routing", "Deciding", "EventLog"]),
    (
      "Kept",
      [
        "Naming", "Files", "JQ", "Secrets", "Replay", "Configuration", "Routing", "Deciding",
        "EventLog", "Counting",
      ]
    ),
    (
      "Examples",
      ["Naming", "Options", "Files", "Secrets", "JQ", "Configuration", "Deciding", "Kept"]
    ),
    (
      "Reference",
      [
        "Options", "Secrets", "Parsers", "PreProcessors", "PostProcessors", "Relays",
        "Configuration", "Examples",
      ]
    ),
    (
      "Receiving",
      [
        "Naming", "Keys", "Handshakes", "Replay", "Configuration", "Deciding", "EventLog",
        "Counting", "Kept",
      ]
    ),
  ]

  @Test func `a room names what it stands on, and nothing else`() throws {
    let found = try Self.arrows()
    #expect(Set(found.keys) == Set(Self.rooms.map(\.name)))
    for (room, standsOn) in Self.rooms {
      let arrows = found[room] ?? [:]
      for (other, uses) in arrows where !standsOn.contains(other) {
        Issue.record("\(room) names \(other): \(uses.sorted().joined(separator: ", "))")
      }
      #expect(standsOn.filter { arrows[$0] == nil } == [], "\(room) doesn't need them")
    }
  }

  @Test func `no room stands on itself by way of others`() {
    var lower: Set<String> = []
    for (room, standsOn) in Self.rooms {
      #expect(standsOn.subtracting(lower) == [], "\(room)")
      lower.insert(room)
    }
  }

  @Test func `comments and texts name no type`() {
    let code = """
      let a = #"One "Two" \\(Three)"# // Four
      let b = "Five \\(Six("Seven", (8)).Nine) Ten" + .Eleven + 0...Twelve.thirteen
      """
    #expect(Self.names(in: code) == ["Six", "Twelve"])
  }

  /// Returns the uses of other rooms' types, by the room that uses and the room that declares.
  private static func arrows() throws -> [String: [String: Set<String>]] {
    let folder = Repository.root.appending(path: "Sources/Webhooks").path + "/"
    let files = try Repository.swiftFiles(in: "Sources/Webhooks").map { file in
      (
        room: String(file.deletingLastPathComponent().path.dropFirst(folder.count)),
        name: file.lastPathComponent, text: try String(contentsOf: file, encoding: .utf8)
      )
    }
    let declaration =
      /^(?:(?:public|package|final|indirect) )*(?:struct|class|enum|protocol|typealias) (\w+)/
    var homes: [String: String] = [:]
    for file in files {
      for match in file.text.matches(of: declaration.anchorsMatchLineEndings()) {
        homes[String(match.1)] = file.room
      }
    }
    #expect(homes.count > 150)
    var found: [String: [String: Set<String>]] = [:]
    for file in files {
      found[file.room] = found[file.room] ?? [:]
      for name in names(in: file.text) {
        guard let home = homes[name], home != file.room else { continue }
        found[file.room]?[home, default: []].insert("\(name) (\(file.name))")
      }
    }
    return found
  }

  /// Returns the names in a file that may be those of types: words in upper case that don't follow
  /// a full stop.
  private static func names(in text: String) -> Set<String> {
    let words = code(of: text).replacing("...", with: " ").split {
      !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "."
    }
    let first = words.compactMap {
      $0.split(separator: ".", omittingEmptySubsequences: false).first
    }
    return Set(first.filter { $0.first?.isUppercase ?? false }.map(String.init))
  }

  /// Returns a file's code without comments, and without the text of its strings. What is
  /// interpolated into a string is code.
  private static func code(of text: String) -> String {
    var code: [UInt8] = []
    var rest = ArraySlice(text.utf8)
    var strings: [(start: Substring, depth: Int)] = []
    let quote = /#*"(?:"")?/
    while let byte = rest.first {
      let string = strings.last
      if let string, string.depth == 0 {
        let hashes = string.start.prefix { $0 == "#" }
        let end = String(string.start.reversed())
        if rest.starts(with: "\\\(hashes)(".utf8) {
          strings[strings.count - 1].depth = 1
          rest = rest.dropFirst(hashes.count + 2)
        } else if rest.starts(with: "\\\(hashes)".utf8) {
          rest = rest.dropFirst(hashes.count + 2)
        } else if rest.starts(with: end.utf8) {
          strings.removeLast()
          rest = rest.dropFirst(end.utf8.count)
        } else {
          rest = rest.dropFirst()
        }
        continue
      }
      if rest.starts(with: "//".utf8) {
        rest = rest.drop { $0 != UInt8(ascii: "\n") }
        continue
      }
      let ahead = Substring(decoding: rest.prefix(8), as: UTF8.self)
      if let start = ahead.prefixMatch(of: quote) {
        strings.append((start.0, 0))
        rest = rest.dropFirst(start.0.utf8.count)
        code.append(UInt8(ascii: " "))
        continue
      }
      if string != nil, byte == UInt8(ascii: "(") { strings[strings.count - 1].depth += 1 }
      if string != nil, byte == UInt8(ascii: ")") { strings[strings.count - 1].depth -= 1 }
      code.append(byte)
      rest = rest.dropFirst()
    }
    return String(decoding: code, as: UTF8.self)
  }
}
