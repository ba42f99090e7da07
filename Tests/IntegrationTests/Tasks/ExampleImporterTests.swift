import Foundation
import Testing

@testable import Harness

/// The importers in `systemd/examples` do what their first lines say, in each language.
@Suite struct ExampleImporterTests {
  /// Bodies of every encoding, and what importers stumble over.
  static let bodies: [(body: [UInt8], type: String)] = [
    (
      Array("{ \"a\" : 123456789012345678901234567890,\r\n\n\"a\":1e999,\"s\":\"\\ud83d\" }".utf8),
      "application/json"
    ),
    (Array(#"{"bodyEncoding":"base64","body":"x"}}"#.utf8), "application/json"),
    (Array("7".utf8), "application/json"),
    (Array("é\r\n\"\\ \u{2028}\u{1F600}\u{1}\n".utf8), "text/plain"),
    ([], "text/plain"), ([UInt8](0...255), "application/octet-stream"),
    ([UInt8](repeating: 0xff, count: 1 << 20), "application/octet-stream"),
  ]

  /// Puts a task for each of them into `new/`, and names that are not tasks.
  private func fill(_ site: ImporterSite) throws -> [String: [UInt8]] {
    try FileManager.default.createDirectory(
      at: site.folder("out"), withIntermediateDirectories: true)
    var wanted: [String: [UInt8]] = [:]
    for (body, type) in Self.bodies { wanted[try site.add(bytes: body, type: type)] = body }
    let new = site.folder("spool/stock/new").path
    #expect(symlink("/etc/passwd", "\(new)/0-link.json") == 0)
    #expect(mkfifo("\(new)/0-fifo.json", 0o666) == 0)
    #expect(mkdir("\(new)/0-folder.json", 0o777) == 0)
    for name in Self.others where name.hasPrefix(".") || name.hasSuffix("txt") {
      try site.folder.write("{}", to: "spool/stock/new/\(name)")
    }
    try site.folder.write("{\"no\":\"task\"}", to: "spool/stock/new/0-odd.json")
    return wanted
  }

  private static let others = [
    ".hidden.json", "0-fifo.json", "0-folder.json", "0-link.json", "0-odd.json", "note.txt",
  ]

  private func expect(_ wanted: [String: [UInt8]], in site: ImporterSite) throws {
    for (id, body) in wanted {
      #expect(try site.folder.bytes("out/\(id)") == body, "\(id)")
    }
  }

  @Test func `there is one of each kind in each language, of 40 lines at most`() throws {
    let wanted = ["single", "many", "command"].flatMap { kind in
      ExampleImporters.languages.map { "\(kind).\($0)" }
    }
    #expect(try ExampleImporters.names() == wanted.sorted())
    for name in wanted {
      let text = try String(
        contentsOf: ExampleImporters.source.appending(path: name), encoding: .utf8)
      #expect(text.count { $0 == "\n" } <= 40, "\(name)")
    }
  }

  @Test(arguments: ExampleImporters.languages)
  func `each language gives the exact bytes, copes with files that aren't tasks, and with crashes`(
    _ language: String
  ) throws {
    try ExampleImporters.open(language) { importers in
      try single(importers, "single.\(language)")
      try several(importers, "many.\(language)")
      for name in ["single.\(language)", "many.\(language)"] {
        try crash(importers, name)
        try mistyped(importers, name)
      }
      try command(importers, "command.\(language)")
    }
  }

  private func single(_ importers: ExampleImporters, _ name: String) throws {
    try ImporterSite.open { site in
      let wanted = try fill(site)
      let result = try importers.run(name, in: site)
      #expect(result.status == 75, "\(name): \(result.errors)")
      #expect((result.errors + result.text).contains("0-odd.json"))
      try expect(wanted, in: site)
      #expect(site.names("new") == Self.others)
      try FileManager.default.removeItem(at: site.folder("spool/stock/new/0-odd.json"))
      #expect(try importers.run(name, in: site).status == 0)
    }
  }

  private func several(_ importers: ExampleImporters, _ name: String) throws {
    try ImporterSite.open { site in
      let wanted = try fill(site)
      let claimed = try site.add("1")
      let task = site.folder("spool/stock/new/\(claimed).json").path
      #expect(rename(task, site.folder("spool/stock/cur/\(claimed).json").path) == 0)
      #expect(try importers.run(name, in: site).status == 0)
      try expect(wanted, in: site)
      #expect(site.names("new") == Self.others.filter { $0 != "0-odd.json" })
      #expect(site.names("failed") == ["0-odd.json", "0-odd.json.reason"])
      #expect(!site.folder.text("spool/stock/failed/0-odd.json.reason").isEmpty)
      #expect(site.names("cur") == ["\(claimed).json"])
    }
  }

  /// Killed in the midst of a task, which the others don't suffer from.
  private func crash(_ importers: ExampleImporters, _ name: String) throws {
    try ImporterSite.open { site in
      let claims = name.hasPrefix("many")
      let ids = try (1...3).map { try site.add("\($0)") }
      try FileManager.default.createDirectory(
        at: site.folder("out"), withIntermediateDirectories: true)
      // Nobody reads it: who writes it hangs.
      let isSwift = name.hasSuffix("swift")
      #expect(mkfifo(site.folder("out/.\(ids[1])\(isSwift ? ".json" : "")").path, 0o666) == 0)
      let child = try importers.start(name, in: site)
      try until("it hangs") {
        site.folder.names(in: "out").contains(ids[0]) && site.names("new").count == (claims ? 1 : 2)
      }
      child.send(SIGKILL)
      _ = child.wait()
      #expect(site.names("cur") == (claims ? ["\(ids[1]).json"] : []))
      try FileManager.default.removeItem(at: site.folder("out"))
      #expect(mkdir(site.folder("out").path, 0o777) == 0)
      #expect(try importers.run(name, in: site).status == 0)
      #expect(site.folder.names(in: "out") == (claims ? [ids[2]] : [ids[1], ids[2]]))
      if claims { try bringBack(ids[1], importers, name, site) }
    }
  }

  /// A spool that isn't there must not look like one that is empty.
  private func mistyped(_ importers: ExampleImporters, _ name: String) throws {
    try ImporterSite.open { site in
      for spool in ["spool/stok", "etc/levelwind.yaml"] {
        let command =
          importers.command(name) + [site.folder(spool).path, site.folder("out").path]
        let result = try Tool.run(command[0], Array(command.dropFirst()))
        #expect(result.status == 1, "\(name): \(result.errors)")
        #expect(result.errors.contains("\(spool)/new can't be read"), "\(name): \(result.errors)")
      }
    }
  }

  private func bringBack(
    _ id: String, _ importers: ExampleImporters, _ name: String, _ site: ImporterSite
  ) throws {
    #expect(try site.task("drain", "stock", "--", "false").status == 0)
    #expect(site.names("cur") == ["\(id).json"])
    let drained = try site.task(
      "drain", "stock", "--lease", "1ms", "--stdin", "body", "--",
      "sh", "-c", "cat >\(site.folder("out").path)/$LEVELWIND_ID")
    #expect(drained.status == 0, "\(drained.errors)")
    #expect(site.folder.text("out/\(id)") == "2")
  }

  private func command(_ importers: ExampleImporters, _ name: String) throws {
    try ImporterSite.open { site in
      try FileManager.default.createDirectory(
        at: site.folder("out"), withIntermediateDirectories: true)
      var wanted: [String: [UInt8]] = [:]
      for (body, type) in Self.bodies { wanted[try site.add(bytes: body, type: type)] = body }
      let empty = try #require(wanted.first { $0.value.isEmpty }?.key)
      wanted[empty] = nil
      func drain(_ target: String) throws -> Tool.Result {
        try Tool.run(
          Site.levelwind,
          ["task", "drain", "stock", "--stdin", "body", "--config", site.folder("etc").path]
            + ["--back-off", "1ms", "--max-back-off", "1ms", "--jobs", "4", "--"]
            + importers.command(name) + [target])
      }
      let result = try drain(site.folder("out").path)
      #expect(result.status == 1, "\(name): \(result.errors)")
      try expect(wanted, in: site)
      #expect(site.folder.names(in: "out").count == wanted.count)
      #expect(site.names("failed") == ["\(empty).json", "\(empty).json.reason"])
      #expect(
        site.folder.text("spool/stock/failed/\(empty).json.reason").hasPrefix("exit status 65"))
      let later = try site.add("1")
      #expect(try drain("\(site.folder.path)/nowhere").status == 75)
      #expect(site.names("retry") == ["\(later).json", "\(later).json.retry"])
      #expect(try drain(site.folder("out").path).status == 0)
      #expect(site.folder.text("out/\(later)") == "1")
    }
  }

  @Test func `importers in three languages and a drain share a spool: each task once`() throws {
    try ImporterSite.open { site in
      let ids = try (1...400).map { try site.add("\($0)") }
      try FileManager.default.createDirectory(
        at: site.folder("drained"), withIntermediateDirectories: true)
      var children: [Child] = []
      try ExampleImporters.open("py") { python in
        try ExampleImporters.open("php") { php in
          try ExampleImporters.open("sh") { shell in
            children = [
              try python.start("many.py", in: site, target: "py"),
              try php.start("many.php", in: site, target: "php"),
              try shell.start("many.sh", in: site, target: "sh"),
              try site.drain(
                "stock", ["--stdin", "body", "--jobs", "2"],
                shell.command("command.sh") + [site.folder("drained").path]),
            ]
            for child in children { #expect(child.wait(120) == 0) }
          }
        }
      }
      let done = ["py", "php", "sh", "drained"].map { site.folder.names(in: $0) }
      let all = done.flatMap { $0 }.sorted()
      #expect(all.count == ids.count)
      #expect(all == ids)
      #expect(done.count { !$0.isEmpty } >= 2, "\(done.map(\.count))")
      for directory in ["new", "cur", "retry", "failed"] { #expect(site.names(directory) == []) }
    }
  }
}
