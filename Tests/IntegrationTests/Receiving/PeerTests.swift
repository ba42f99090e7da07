import Foundation
import Testing

@testable import Harness

/// A responder that can't tell users apart, as in its unit, with `peers`.
@Suite(
  .showingLogs,
  .needs(.userNamespaces, toProve: "that peers is refused where it would let nobody in"))
struct PeerTests {
  /// A command that sees root alone, as with PrivateUsers=yes.
  private static let apart = ["unshare", "--user", "--map-root-user", Site.levelwind, "serve"]

  private func configurePeers(_ site: Site) throws {
    let settings = site.folder.text("etc/levelwind.yaml")
    try site.folder.write("\(settings)peers: [nobody]\n", to: "etc/levelwind.yaml")
  }

  @Test func `with peers that it can't tell from others, it does not start`() throws {
    try Site.open { site in
      site.stop()
      try configurePeers(site)
      let ended = try Tool.run(
        "timeout", ["20"] + Self.apart + ["--config", site.configuration, "--socket", site.socket])
      #expect(ended.status == 1)
      #expect(
        ended.errors.contains("peers: user nobody can't be recognised"), "\(ended.errors)")
      #expect(ended.errors.contains("Remove peers"), "\(ended.errors)")
    }
  }

  @Test func `check says of one that runs that it would not start again with peers`() throws {
    try Site.open { site in
      site.stop()
      try site.start(by: Self.apart)
      try configurePeers(site)
      func check() throws -> String {
        try site.command(
          "check", "--machine", "--user", "root", "--nginx", site.folder("nginx.conf").path
        ).text
      }
      let words = "levelwind.yaml: peers: user nobody can't be recognised"
      let said = try check()
      #expect(said.contains(words), "\(said)")
      site.stop()
      #expect(try !check().contains(words))
    }
  }
}

extension Facility {
  fileprivate static let userNamespaces = Self(
    "user namespaces",
    isThere: (try? Tool.run("unshare", ["--user", "--map-root-user", "true"]).status) == 0)
}
