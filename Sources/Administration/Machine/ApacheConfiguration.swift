import Glibc

/// Apache's configuration, read from the files that Apache says it includes.
struct ApacheConfiguration {
  typealias Directive = WebServerConfiguration.Directive

  let directives: [Directive]
  private let user: String?

  /// - Parameters:
  ///   - dump: the output of `apache2ctl -t -D DUMP_INCLUDES -D DUMP_RUN_CFG`.
  ///   - text: returns the content of a file; nil if it can't be read.
  init(dump: String, text: (String) -> String?) {
    var names: [String] = []
    var user: String?
    for line in dump.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix(" "), words.count == 2, words[0].hasPrefix("("), words[1].hasPrefix("/") {
        names.append(String(words[1]))
      } else if line.hasPrefix("User: name=") {
        user = line.split(separator: "\"").dropFirst().first.map(String.init)
      }
    }
    self.user = user
    var reader = Reader(files: names.map { ($0, text($0) ?? "") })
    var directives = names.first.map { reader.read($0) } ?? []
    // A path with a variable can't be followed, so what is left is read last.
    for name in names where !reader.isRead(name) { directives += reader.read(name) }
    self.directives = directives
  }

  /// What the files say about webhooks.
  var sites: WebServerConfiguration {
    let hosts = directives.filter { $0.name == "virtualhost" }
    var ports: Set<Int> = []
    let servers = hosts.map { host in
      let isSecure = host.block.contains {
        $0.name == "sslengine" && $0.arguments.first?.lowercased() == "on"
      }
      return WebServerConfiguration.Server(
        file: host.file,
        names: host.block.filter { ["servername", "serveralias"].contains($0.name) }
          .flatMap(\.arguments).map(Self.hostName),
        listens: host.arguments.map { place in
          let listen = WebServerConfiguration.Listen(place, isSecure: isSecure, isDefault: false)
          // The first virtual host of a port answers for names that none has.
          return .init(
            place, isSecure: isSecure, isDefault: ports.insert(listen.port).inserted)
        },
        webhooks: webhooks(in: host.block, path: nil, outer: [directives]))
    }
    return WebServerConfiguration(kind: .apache, user: user, servers: servers)
  }

  /// Returns a ServerName without its scheme and port.
  private static func hostName(_ text: String) -> String {
    let name = text.split(separator: "/").last.map(String.init) ?? text
    guard let colon = name.lastIndex(of: ":"), Int(name[name.index(after: colon)...]) != nil else {
      return name
    }
    return String(name[..<colon])
  }

  /// Returns what hands webhooks over in a block. `path` is that of the Location around it.
  private func webhooks(
    in block: [Directive], path: String?, outer: [[Directive]]
  ) -> [WebServerConfiguration.Webhooks] {
    let scopes = [block] + outer
    return block.flatMap { directive -> [WebServerConfiguration.Webhooks] in
      switch directive.name {
      case "location":
        return webhooks(in: directive.block, path: directive.arguments.first, outer: scopes)
      case "proxypass":
        var words = directive.arguments
        guard let place = path ?? words.first, place.hasSuffix("/webhook/") else { return [] }
        if path == nil { words.removeFirst() }
        guard let target = words.first, target.contains("fcgi://") else { return [] }
        let given = words.first { $0.hasPrefix("timeout=") }.flatMap {
          Self.seconds($0.dropFirst(8))
        }
        return [
          WebServerConfiguration.Webhooks(
            file: directive.file, path: String(place.dropLast("/webhook/".count)), bodyLimit: nil,
            readTimeout: given ?? Self.value("proxytimeout", scopes)
              ?? Self.value("timeout", scopes) ?? 60,
            socket: target.hasPrefix("unix:")
              ? String(target.dropFirst(5).prefix { $0 != "|" }) : nil)
        ]
      default: return []
      }
    }
  }

  private static func value(_ name: String, _ scopes: [[Directive]]) -> Double? {
    scopes.lazy.compactMap { $0.last { $0.name == name }?.arguments.first }.first
      .flatMap { seconds($0[...]) }
  }

  private static func seconds(_ text: Substring) -> Double? {
    text.hasSuffix("ms") ? Double(text.dropLast(2)).map { $0 / 1000 } : Double(text)
  }
}

extension ApacheConfiguration {
  /// Reads files in Apache's syntax, and puts the content of an include in its place. Conditions
  /// such as `<IfModule>` count as met.
  private struct Reader {
    let files: [(name: String, text: String)]
    private var read: Set<String> = []

    init(files: [(name: String, text: String)]) { self.files = files }

    func isRead(_ name: String) -> Bool { read.contains(name) }

    mutating func read(_ name: String) -> [Directive] {
      // A file that is included twice, or includes itself, is read once.
      guard read.insert(name).inserted, let file = files.first(where: { $0.name == name }) else {
        return []
      }
      var lines = file.text.replacing("\\\n", with: " ").split(separator: "\n")[...]
      return block(&lines, file: name)
    }

    private mutating func block(
      _ lines: inout ArraySlice<Substring>, file: String
    ) -> [Directive] {
      var directives: [Directive] = []
      while let line = lines.popFirst() {
        let line = line.drop { $0 == " " || $0 == "\t" }
        if line.isEmpty || line.hasPrefix("#") { continue }
        if line.hasPrefix("</") { return directives }
        let isSection = line.hasPrefix("<")
        let text = isSection ? line.dropFirst().prefix { $0 != ">" } : line
        var words = Self.words(text)
        guard !words.isEmpty else { continue }
        let name = words.removeFirst().lowercased()
        if isSection {
          let inside = block(&lines, file: file)
          directives +=
            name.hasPrefix("if")
            ? inside : [Directive(name: name, arguments: words, block: inside, file: file)]
        } else if ["include", "includeoptional"].contains(name), let pattern = words.first {
          for name in included(pattern) { directives += read(name) }
        } else {
          directives.append(Directive(name: name, arguments: words, block: [], file: file))
        }
      }
      return directives
    }

    /// Returns the files that an include names. A relative name starts from the first file's
    /// folder.
    private func included(_ pattern: String) -> [String] {
      let folder = files.first.map { $0.name.split(separator: "/").dropLast() } ?? []
      let whole = pattern.hasPrefix("/") ? pattern : "/\(folder.joined(separator: "/"))/\(pattern)"
      return files.map(\.name).filter {
        fnmatch(whole, $0, FNM_PATHNAME) == 0
          || $0.hasPrefix(whole.hasSuffix("/") ? whole : whole + "/")
      }
    }

    /// Splits a line into words. Quotes keep blanks in a word, and are dropped.
    private static func words(_ line: Substring) -> [String] {
      var words: [String] = []
      var word: String?
      var quote: Character?
      var isEscaped = false
      for character in line {
        if isEscaped {
          word = (word ?? "") + String(character)
          isEscaped = false
        } else if let open = quote {
          if character == "\\" {
            isEscaped = true
          } else if character == open {
            quote = nil
          } else {
            word = (word ?? "") + String(character)
          }
        } else if character == " " || character == "\t" || character == "\r" {
          if let whole = word { words.append(whole) }
          word = nil
        } else if (character == "\"" || character == "'") && word == nil {
          quote = character
          word = ""
        } else {
          word = (word ?? "") + String(character)
        }
      }
      if let word { words.append(word) }
      return words
    }
  }
}
