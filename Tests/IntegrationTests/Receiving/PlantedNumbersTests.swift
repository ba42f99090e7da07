import Foundation
import Testing

@testable import Harness

/// Files as importers, post-processors and others could write them, with the largest possible
/// numbers. No process ends by them.
@Suite(.showingLogs) struct PlantedNumbersTests {
  private static let files = Sample.files.merging([
    "webhooks/erp.yaml": Sample.webhook(
      "delivery_id_header: X-Id\nhistory: {}\n"
        + "post_processors: [{type: exec, name: note, command: [/bin/true]}]"
    ).replacing("pre_processors:\n", with: "pre_processors:\n  - {type: replay}\n"),
    "webhooks/asana.yaml": "incoming: stock\npre_processors: [{type: sender, sender: asana}]\n",
  ]) { $1 }

  private static let most = "9223372036854775807"
  /// Returns the last possible id, a different one for each place.
  private static func id(_ place: String) -> String {
    "ffffffff-ffff-7fff-bfff-ffffffffff\(String(place.utf8.count, radix: 16))\(place.utf8.first! % 10)"
  }

  /// Opens a site whose spool and state lie on a file system that allows files of any size.
  private func open(_ test: (Site, Folder) throws -> Void) throws {
    let memory = URL(filePath: "/dev/shm/levelwind-\(UUID())")
    defer { try? FileManager.default.removeItem(at: memory) }
    func link(_ folder: Folder) throws {
      for name in ["spool", "state"] {
        let place = memory.appending(path: name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: folder(name), withDestinationURL: place)
      }
    }
    try Site.open(Self.files, nginx: link) { site in
      try test(site, site.folder)
    }
  }

  /// Gives a file the greatest possible length.
  private func stretch(_ name: String, in folder: Folder, _ begin: String = "") throws {
    try folder.write(begin, to: name)
    try #require(truncate(folder(name).path, 7 << 60) == 0)
  }

  private func plantTasks(_ spool: String, in folder: Folder) throws {
    let begin =
      #"{"type":"levelwind.task","taskindex":\#(Self.most),"taskcount":-1,"#
      + #""data":{"bodyBytes":1e400,"bodyEncoding":"json","body":"#
    for place in ["new", "retry", "failed"] {
      try stretch("\(spool)/\(place)/1-\(place).json", in: folder)
      try stretch("\(spool)/\(place)/\(Self.id(place)).json", in: folder, begin)
      try stretch("\(spool)/\(place)/9-\(place).json", in: folder)
    }
    try stretch("\(spool)/cur/2.json.drain", in: folder)
    try stretch("\(spool)/cur/3.json", in: folder)
    let records = [
      ("2", Self.most, "0"), ("1-retry", Self.most, Self.most), (Self.id("retry"), "-1", "1e300"),
      ("9-retry", "1", "1"),
    ]
    for (task, attempts, deferrals) in records {
      try folder.write(
        #"{"attempts":\#(attempts),"deferrals":\#(deferrals),"due":"9999-12-31T23:59:59.999999Z"}"#,
        to: "\(spool)/retry/\(task).json.retry")
    }
    try stretch("\(spool)/retry/3.json.retry", in: folder)
    try stretch("\(spool)/failed/1-failed.json.reason", in: folder)
    try folder.write("", to: "\(spool)/done/0000-00-00")
    try folder.write("", to: "\(spool)/done/9999-99-99/1.json")
  }

  private func plantState(in folder: Folder, webhookStatus: String) throws {
    let part = #"{"done":\#(Self.most),"deferred":\#(Self.most),"failed":1}"#
    let work =
      #"{"process":\#(Int32.max),"started":"9999-12-31T23:59:59Z","#
      + #""written":"9999-12-31T23:59:59Z","since":"0001-01-01T00:00:00Z","parts":"#
    for name in ["postprocess", "postprocess-2", "drain-stock"] {
      try folder.write(
        work + #"{"erp.note":\#(part),"stock":\#(part)}}"#, to: "state/status/\(name).json")
    }
    try stretch("state/status/drain-audit.json", in: folder)
    try folder.write(webhookStatus, to: "state/status/serve.json")
    try stretch("state/history/erp/9999-12-31-99999999.db", in: folder)
    try stretch("state/history/erp/1970-01-01-0001-refused.packed", in: folder)
    try stretch("state/history/erp/again", in: folder)
    let hash = String(repeating: "f", count: 64)
    for id in [Self.id("new"), "00000000-0000-7000-8000-000000000000"] {
      try folder.write("", to: "state/replay/erp/new/\(id).\(hash)")
    }
    try stretch("state/keys/1.json", in: folder)
    try stretch("state/keys/wanted/1.json", in: folder)
    try folder.write("1e999\n", to: "state/handshakes/asana")
    try stretch("state/secrets/asana/new/1.json", in: folder)
  }

  @Test func `responder, drain, post-processing, metrics, status and health go on`() throws {
    try open { site, folder in
      #expect(try site.deliver(headers: ["X-Id: a"]).status == 200)
      try until("there is a status") { !folder.text("state/status/serve.json").isEmpty }
      site.stop()
      let counts = #""counts":{"accepted":\#(Self.most),"refused":\#(Self.most)}"#
      let status = folder.text("state/status/serve.json")
        .replacing(/"counts":\{[^}]*\}/, with: counts)
        .replacing(/"bytes":\d+/, with: "\"bytes\":\(Self.most)")
        .replacing(/"process":\d+/, with: "\"process\":-1")
      #expect(status.contains(counts))
      try plantTasks("spool/stock", in: folder)
      try plantTasks("state/postprocess/erp.note", in: folder)
      try plantState(in: folder, webhookStatus: status)

      for command in ["status", "health"] {
        let said = try site.command(command)
        #expect((0...2).contains(said.status), "\(command): \(said.errors)")
      }
      try site.start()
      let responder = try #require(site.responder?.pid)
      // The responder has looked into the spool.
      let bytes = "levelwind_spool_bytes{incoming=\"stock\"} 9007199254740992.0\n"
      try until("metrics say how much lies there") {
        let page = try site.get("/metrics")
        return page.status == 200 && page.text.contains(bytes)
      }
      #expect(try site.deliver(headers: ["X-Id: b"]).status == 200)
      #expect(try site.post("/webhook/erp", [], headers: ["X-Id: c"]).status == 401)
      #expect([200, 503].contains(try site.get("/healthz").status))
      for command in [
        ["status"], ["health"], ["delivery", "list"], ["task", "list", "stock", "--long"],
        ["task", "show", "stock", "9-new"], ["task", "show", "stock", Self.id("retry")],
        ["webhook", "show", "erp"], ["postprocess", "--once"], ["keys", "refresh"],
        ["task", "drain", "stock", "--stdin", "body", "--lease", "1s", "--", "true"],
      ] {
        let end = command.firstIndex(of: "--") ?? command.endIndex
        let said = try Tool.run(
          Site.levelwind,
          command[..<end] + ["--config", site.configuration] + command[end...])
        // A trap ends a process by a signal, which the shell reports as 132 and more.
        #expect([0, 1, 2, 75].contains(said.status), "\(command): \(said.status) \(said.errors)")
        #expect(!said.errors.contains("Fatal error"), "\(command): \(said.errors)")
      }
      // Sound tasks were done, and files that can't be tasks were given up.
      #expect(folder.names(in: "spool/stock/new") == [])
      #expect(site.responder?.isRunning == true)
      #expect(site.responder?.pid == responder)
      #expect(try site.deliver(headers: ["X-Id: d"]).status == 200)
    }
  }
}
