import Foundation
import Testing

@testable import Harness

/// Root works in a state directory whose owner plants links. Root becomes that owner first.
///
/// User nobody plays the responder's user.
@Suite(.showingLogs, .enabled(if: geteuid() == 0, "root is what is tested"))
struct HostileStateTests {
  private static let nobody: uid_t = 65534

  private static let files = Sample.files.merging([
    "webhooks/asana.yaml": """
    incoming: stock
    pre_processors: [{type: sender, sender: asana}]
    """,
    "webhooks/google.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: google-pubsub, audiences: [me], claims: {email: [me]}}
    """,
  ]) { $1 }

  /// Opens a configuration whose state belongs to user nobody, with a folder and a file that belong
  /// to root alone.
  private func open(_ test: (Folder) throws -> Void) throws {
    let folder = try Folder(named: "hostile")
    defer { folder.remove() }
    for (name, text) in Self.files { try folder.write(text, to: "etc/\(name)") }
    try folder.write(
      "base_url: https://hooks.example.org\nspool: \(folder("spool").path)\n"
        + "state: \(folder("state").path)\n", to: "etc/levelwind.yaml")
    try folder.write("root's", to: "victim/file")
    try folder.write("", to: "state/empty")
    #expect(chown(folder("state").path, Self.nobody, Self.nobody) == 0)
    #expect(chmod(folder("victim").path, 0o700) == 0)
    try test(folder)
    // Root's file and folder were not touched.
    #expect(folder.names(in: "victim") == ["file"])
    for name in ["victim", "victim/file"] {
      var status = stat()
      #expect(stat(folder(name).path, &status) == 0)
      #expect(status.st_uid == 0 && status.st_gid == 0, "\(name)")
      #expect(status.st_mode & 0o7777 == (name == "victim" ? 0o700 : 0o644), "\(name)")
    }
    #expect(folder.text("victim/file") == "root's")
  }

  private func plant(_ name: String, in folder: Folder) {
    #expect(symlink(folder("victim").path, folder("state/\(name)").path) == 0)
  }

  private func run(_ arguments: [String], in folder: Folder) throws -> Tool.Result {
    try Tool.run(Site.levelwind, arguments + ["--config", folder("etc").path])
  }

  /// Returns the owner of a file.
  private func owner(_ name: String, in folder: Folder) -> uid_t? {
    var status = stat()
    return lstat(folder(name).path, &status) == 0 ? status.st_uid : nil
  }

  @Test func `a handshake's door is the state's owner's, and is not opened elsewhere`() throws {
    try open { folder in
      plant("handshakes", in: folder)
      let refused = try run(["webhook", "handshake", "asana", "--for", "1s"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("Permission denied"), "\(refused.errors)")

      #expect(unlink(folder("state/handshakes").path) == 0)
      let late = try run(["webhook", "handshake", "asana", "--for", "1s"], in: folder)
      #expect(late.errors.contains("no handshake came in time"))
      #expect(owner("state/handshakes", in: folder) == Self.nobody)
    }
  }

  @Test func `fetched keys are the state's owner's, and are not kept elsewhere`() throws {
    let server = try SecureServer(for: "www.googleapis.com", ["/oauth2/v3/certs": Self.keys])
    defer { server.stop() }
    try open { folder in
      let refresh = [
        "keys", "refresh", "--all", "--ca-file", server.trust, "--via", server.address,
      ]
      plant("keys", in: folder)
      let refused = try run(refresh, in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("Permission denied"), "\(refused.errors)")

      #expect(unlink(folder("state/keys").path) == 0)
      let fetched = try run(refresh, in: folder)
      #expect(fetched.status == 0, "\(fetched.errors)")
      let kept = folder.names(in: "state/keys").filter { $0.hasSuffix(".json") }
      try #require(kept.count == 1)
      for name in ["keys", "keys/wanted", "keys/\(kept[0])"] {
        #expect(owner("state/\(name)", in: folder) == Self.nobody, "\(name)")
      }
    }
  }

  /// A set with the RSA key of RFC 7517, appendix A.1.
  private static let keys = """
    {"keys":[{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFx\
    uhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FD\
    W2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4l\
    Fd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"a"}]}
    """

  @Test func `records are worked on as the state's owner, and not elsewhere`() throws {
    try open { folder in
      plant("postprocess", in: folder)
      let refused = try run(["postprocess", "--once"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("state/postprocess: "), "\(refused.errors)")

      #expect(unlink(folder("state/postprocess").path) == 0)
      let done = try run(["postprocess", "--once"], in: folder)
      #expect(done.status == 0, "\(done.errors)")
      #expect(owner("state/postprocess", in: folder) == Self.nobody)
      var status = stat()
      #expect(stat(folder("state/postprocess").path, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o2770)
      #expect(owner("state/status/postprocess.json", in: folder) == Self.nobody)
    }
  }

  @Test func `who is neither root nor the state's owner is told so`() throws {
    try open { folder in
      let program = folder("levelwind").path
      try FileManager.default.copyItem(atPath: Site.levelwind, toPath: program)
      let result = try Tool.run(
        "setpriv",
        ["--reuid", "games", "--regid", "games", "--clear-groups", program, "keys", "refresh"]
          + ["--config", folder("etc").path])
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "this command is for root, or for the owner of \(folder("state").path)"))
    }
  }

  @Test func `a reload has no process told that isn't the status file's owner's`() throws {
    try Site.open { site in
      let bystander = try Child("sleep", ["600"], log: site.folder("log/sleep.log"))
      defer { bystander.stop() }
      let idle = try site.postprocess()
      let file = site.folder("state/status/postprocess.json")
      try until("it says how it is") { FileManager.default.fileExists(atPath: file.path) }
      idle.stop()
      let said = site.folder.text("state/status/postprocess.json")
      // A service that was broken into holds its lock, and its file names another process.
      let lock = Foundation.open(site.folder("state/postprocess").path, O_RDONLY | O_DIRECTORY)
      #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
      defer { close(lock) }
      let planted = said.replacing(/"process":\d+/, with: "\"process\":\(bystander.pid)")
        .replacing(/"ended":"[^"]*",/, with: "")
      try site.folder.write(planted, to: "state/status/postprocess.json")
      #expect(chown(file.path, Self.nobody, Self.nobody) == 0)
      let reloaded = try site.command("reload")
      #expect(reloaded.status == 0)
      #expect(
        reloaded.errors.contains(
          "levelwind postprocess can't be notified: process \(bystander.pid), which its status "
            + "file names"
        ),
        "\(reloaded.errors)")
      #expect(bystander.isRunning)
    }
  }
}
