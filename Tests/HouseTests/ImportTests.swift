import Foundation
import Testing

/// The modules that each module may import. SwiftPM lets transitive imports pass; this test does
/// not. That the receiving modules import no network module is a promise to administrators.
/// Foundation itself is on no list: it brings 40 MB with it.
@Suite struct ImportTests {
  static let system: Set = [
    "FoundationEssentials", "Glibc", "Dispatch", "Synchronization", "CLinux",
  ]
  static let allowed: [String: Set<String>] = [
    "FastCGI": ["Bytes", "CFastCGI"],
    "Bytes": [],
    "Spooling": ["Bytes", "Crypto"],
    "History": ["Bytes", "CSQLite", "CZlib"],
    "Verification": ["Bytes", "Crypto", "CryptoExtras", "SwiftASN1", "X509"],
    "Webhooks": [
      "CJQ", "CXML", "CYAML", "CZlib", "Spooling", "Verification", "Bytes", "Logging",
    ],
    "Serving": [
      "FastCGI", "Bytes", "History", "Spooling", "Verification", "Webhooks", "CSystemd", "Crypto",
      "Logging",
    ],
    "Fetching": ["CCurl"],
    "Importing": ["Bytes", "Spooling"],
    "Sending": ["Bytes", "Fetching", "Importing", "Spooling", "Verification", "Webhooks"],
    "PostProcessing": [
      "Bytes", "Fetching", "Importing", "Sending", "Spooling", "Verification", "Webhooks",
    ],
    "Relaying": [
      "Bytes", "CPostgreSQL", "CRabbitMQ", "Fetching", "Importing", "Sending", "Spooling",
      "Verification", "Webhooks",
    ],
    // The relay is a program of its own: nothing of it is in the receiving one.
    "levelwind-relay": [
      "Bytes", "Fetching", "Importing", "Relaying", "Serving", "Spooling", "Webhooks",
      "ArgumentParser", "Logging",
    ],
    "AdministrationMessages": [],
    // No secret, no file of the configuration, no spool: what faces browsers can't read them.
    "Pages": ["AdministrationMessages", "Bytes", "FastCGI"],
    "Administration": [
      "AdministrationMessages", "Bytes", "Fetching", "History", "Importing", "PostProcessing",
      "Serving", "Spooling", "Verification", "Webhooks",
    ],
    "levelwind": [
      "Administration", "Bytes", "FastCGI", "Fetching", "History", "Importing", "Pages",
      "PostProcessing", "Serving", "Spooling", "Verification", "Webhooks",
      "ArgumentParser", "Logging",
    ],
  ]

  @Test(arguments: allowed.keys.sorted())
  func `a module imports what it may stand on, and nothing else`(module: String) throws {
    let files = Repository.swiftFiles(in: "Sources/\(module)")
    #expect(!files.isEmpty)
    let permitted = (Self.allowed[module] ?? []).union(Self.system)
    for file in files {
      for (name, line) in try Self.imports(of: file) {
        #expect(permitted.contains(name), "\(file.lastPathComponent): \(line)")
      }
    }
  }

  @Test func `the reading of JSON stands on nothing, not even on Foundation`() throws {
    let files = Repository.swiftFiles(in: "Sources/Bytes/JSON")
    #expect(!files.isEmpty)
    for file in files { #expect(try Self.imports(of: file).isEmpty, "\(file)") }
  }

  /// Returns the modules that a file imports, including imports of single declarations.
  private static func imports(of file: URL) throws -> [(name: String, line: String)] {
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      var words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" }
      guard words.popFirst() == "import" else { return nil }
      let path = words.drop { ["struct", "class", "enum", "protocol", "func"].contains($0) }.first
      return path?.split(separator: ".").first.map { (String($0), String(line)) }
    }
  }

  @Test func `the pages open no file, and run no program`() throws {
    let files =
      Repository.swiftFiles(in: "Sources/Pages")
      + Repository.swiftFiles(in: "Sources/AdministrationMessages")
    #expect(files.count > 15)
    let calls =
      #/
      \b((open|openat|fopen|creat|opendir|posix_spawn\w*|exec[lv]\w*|fork|system|popen|dlopen)\(
      |FileManager|contentsOf|AF_INET)
      /#
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let code = text.split(separator: "\n").filter {
        !$0.drop { $0 == " " }.hasPrefix("//")
      }.joined(separator: "\n")
      let found = code.matches(of: calls).map { String($0.0) }
      #expect(found == [], "\(file.lastPathComponent)")
    }
  }

  /// Markup is made of literals alone: nothing else may call the initialiser of a literal.
  @Test func `no text becomes markup`() throws {
    for file in Repository.swiftFiles(in: "Sources/Pages") {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.matches(of: #/HTML\(stringLiteral|HTML\(bytes/#).isEmpty, "\(file)")
      let bare = text.matches(of: #/\s[a-z-]+=\\?\(/#).map { String($0.0) }
      #expect(bare == [], "an attribute without quotes in \(file.lastPathComponent)")
    }
  }

  @Test func `every module is on the list`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "Sources").path)
    let swift = folders.filter { !$0.hasPrefix("C") && $0 != "README.md" }
    #expect(Set(swift) == Set(Self.allowed.keys))
  }

  @Test func `the top level holds what the design names, and dot files`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Repository.root.path)
    let named: Set = [
      "Package.swift", "Package.resolved", "Sources", "Tests", "nginx", "systemd", "README.md",
    ]
    #expect(names.filter { !$0.hasPrefix(".") && !named.contains($0) } == [])
  }
}
