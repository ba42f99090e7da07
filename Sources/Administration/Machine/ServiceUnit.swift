import FoundationEssentials
import Glibc

/// A unit of systemd, as `systemctl show` prints it.
struct ServiceUnit {
  /// The properties by their names, such as `ActiveState`.
  let properties: [String: String]

  subscript(_ name: String) -> String { properties[name] ?? "" }

  var name: String { self["Id"] }
  var isEnabled: Bool { self["UnitFileState"].hasPrefix("enabled") }
  var isLoaded: Bool { self["LoadState"] == "loaded" }

  /// Returns the words of a property that is a list.
  func words(_ name: String) -> [String] { Self.words(self[name]) }

  /// Returns the value of a variable in the unit's environment.
  func variable(_ name: String) -> String? {
    words("Environment").last { $0.hasPrefix("\(name)=") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }

  /// Returns systemd's properties of these units. Without systemd, or without being root, it
  /// returns nothing.
  static func all(_ names: [String]) -> [ServiceUnit] {
    guard geteuid() == 0, access("/run/systemd/system", F_OK) == 0, !names.isEmpty,
      let shown = MachineProgram.run(
        [
          "systemctl", "show", "--no-pager", "--property=\(Self.wanted.joined(separator: ","))",
          "--",
        ]
          + names), shown.status == 0
    else { return [] }
    return shown.output.components(separatedBy: "\n\n").map(ServiceUnit.init(shown:))
  }

  /// - Parameter text: lines such as `Id=levelwind.service`.
  init(shown text: String) {
    let pairs = text.split(separator: "\n").map { line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    properties = Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  private static let wanted = [
    "Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "ExecMainStatus",
    "User",
    "Group", "SupplementaryGroups", "Environment", "ExecStart", "ProtectHome", "ProtectSystem",
    "ReadWritePaths", "StateDirectory", "ExecPaths", "NoExecPaths",
  ]

  /// Splits text as a shell does, as far as systemd quotes.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        (quote, word) = (character, word ?? "")
      } else if quote == nil, character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
