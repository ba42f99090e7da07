import FoundationEssentials
import Glibc

extension NginxConfiguration {
  /// Reads files in nginx's syntax, and puts the content of an include in its place.
  struct Reader {
    let files: [(name: String, text: String)]

    mutating func read(_ name: String, depth: Int) -> [Directive] {
      // nginx itself has refused circular includes, so the bound is never reached.
      guard depth < 20, let file = files.first(where: { $0.name == name }) else { return [] }
      var words = Self.words(file.text)[...]
      return block(&words, file: name, depth: depth)
    }

    private mutating func block(
      _ words: inout ArraySlice<String>, file: String, depth: Int
    ) -> [Directive] {
      var directives: [Directive] = []
      var pending: [String] = []
      while let word = words.popFirst() {
        switch word {
        case "}": return directives
        case ";":
          if pending.first == "include", let pattern = pending.dropFirst().first {
            for name in included(pattern) { directives += read(name, depth: depth + 1) }
          } else if let name = pending.first {
            directives.append(
              Directive(name: name, arguments: Array(pending.dropFirst()), block: [], file: file))
          }
          pending = []
        case "{":
          let inside = block(&words, file: file, depth: depth)
          if let name = pending.first {
            directives.append(
              Directive(
                name: name, arguments: Array(pending.dropFirst()), block: inside, file: file))
          }
          pending = []
        default: pending.append(word.hasPrefix("\u{0}") ? String(word.dropFirst()) : word)
        }
      }
      return directives
    }

    /// Returns the dumped files that an include names. A relative name starts from the first file's
    /// folder.
    private func included(_ pattern: String) -> [String] {
      let folder = files.first.map { $0.name.split(separator: "/").dropLast() } ?? []
      let whole = pattern.hasPrefix("/") ? pattern : "/\(folder.joined(separator: "/"))/\(pattern)"
      return files.map(\.name).filter { fnmatch(whole, $0, FNM_PATHNAME) == 0 }
    }

    /// Splits text into words, with `{`, `}` and `;` as words of their own. A quoted word begins
    /// with a NUL, so that it can't be taken for one of them.
    private static func words(_ text: String) -> [String] {
      var words: [String] = []
      var word = ""
      var quote: Character?
      var isComment = false
      func end() {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      for character in text {
        if isComment {
          isComment = character != "\n"
        } else if let open = quote {
          if character == open { quote = nil } else { word.append(character) }
        } else {
          switch character {
          case "#" where word.isEmpty: isComment = true
          case "\"", "'":
            if word.isEmpty {
              quote = character
              word = "\u{0}"
            } else {
              word.append(character)
            }
          case "{", "}", ";":
            // A variable, ${name}, is part of its word.
            if character != ";", word.contains("$"), character == "{" ? word.hasSuffix("$") : true {
              word.append(character)
            } else {
              end()
              words.append(String(character))
            }
          case " ", "\t", "\n", "\r", "\r\n": end()
          default: word.append(character)
          }
        }
      }
      end()
      return words
    }
  }
}
