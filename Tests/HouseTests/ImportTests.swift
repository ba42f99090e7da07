import Foundation
import Testing

/// The arrows of the house: which module stands on which. SwiftPM lets transitive imports pass; this
/// does not. That the receiving modules import no network is a promise to administrators.
@Suite struct ImportTests {
  static let system: Set = ["Foundation", "Glibc", "Dispatch", "Synchronization", "CLinux"]
  static let allowed: [String: Set<String>] = [
    "FastCGI": ["CFastCGI"],
    "JSONBytes": [],
    "Spooling": ["JSONBytes", "Crypto"],
    "Verification": ["JSONBytes", "Crypto", "CryptoExtras", "SwiftASN1", "X509"],
    "Webhooks": [
      "CJQ", "CXML", "CZlib", "Spooling", "Verification", "JSONBytes", "Logging", "Yams",
    ],
    "Serving": [
      "FastCGI", "JSONBytes", "Spooling", "Verification", "Webhooks", "CSystemd", "Crypto",
      "Logging",
    ],
    "Fetching": ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL"],
    "Importing": ["Spooling"],
    "PostProcessing": ["Fetching", "Importing", "Spooling", "Verification", "Webhooks"],
    "levelwind": [
      "Fetching", "Importing", "PostProcessing", "Serving", "Spooling", "Verification", "Webhooks",
      "ArgumentParser", "Logging",
    ],
  ]

  @Test(arguments: allowed.keys.sorted())
  func `a module imports what it may stand on, and nothing else`(module: String) throws {
    let files = Repository.swiftFiles(in: "Sources/\(module)")
    #expect(!files.isEmpty)
    var permitted = Self.allowed[module] ?? []
    // JSONBytes depends on nothing, not even on Foundation.
    if module != "JSONBytes" { permitted.formUnion(Self.system) }
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("import ") {
        let words = line.split(separator: " ").drop { $0.hasPrefix("@") || $0 == "public" }
        guard words.first == "import", let name = words.dropFirst().first else { continue }
        #expect(permitted.contains(String(name)), "\(file.lastPathComponent): \(line)")
      }
    }
  }

  @Test func `every module is on the list`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root.appending(path: "Sources").path)
    let swift = folders.filter { !$0.hasPrefix("C") }
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
