import Fetching
import Foundation
import Testing
import Verification

@testable import Administration
@testable import Harness
@testable import Webhooks

/// A round of fetching keys, without a network.
@Suite struct KeyRefreshTests {
  private let folder: Folder
  private let keys: KeyFolder

  init() throws {
    folder = try Folder(named: "keys")
    keys = KeyFolder(state: folder.path)
  }

  private func run(_ sources: [KeySource]) throws -> KeyRefresh {
    var refresh = KeyRefresh(
      folder: keys, sources: sources, fetcher: Fetcher(),
      logins: try KeyLogins(files: [:], credentials: nil))
    refresh.run(everything: false, now: Date())
    return refresh
  }

  @Test func `a wanted key on none of its sender's hosts is not fetched, and forgotten`() throws {
    defer { folder.remove() }
    try keys.want(WantedKey(url: "https://evil.example.org/key", webhook: "erp"))
    let refresh = try run([])
    #expect(
      refresh.failures
        == ["https://evil.example.org/key: wanted by erp, but not on a host of its sender"])
    #expect(refresh.kept.isEmpty && keys.wanted().isEmpty)
  }

  @Test func `a sender that wants a login is not asked without one`() throws {
    defer { folder.remove() }
    let sender = try #require(Sender.all.first { $0.keyLogin != nil })
    let source = KeySource(
      webhook: "shop", sender: sender.name, urls: ["https://api.example.org/key"], hosts: [],
      login: sender.keyLogin)
    let refresh = try run([source])
    #expect(refresh.failures.count == 1)
    #expect(refresh.failures[0].contains("--login \(sender.name)=FILE"))
  }

  @Test func `an address that is not public is not asked, and the key is wanted no more`() throws {
    defer { folder.remove() }
    let url = "https://127.0.0.1/key"
    try keys.want(WantedKey(url: url, webhook: "erp", isFixed: true))
    let source = KeySource(webhook: "erp", sender: "any", urls: [url], hosts: [], login: nil)
    let refresh = try run([source])
    #expect(refresh.failures.count == 1 && refresh.failures[0].hasPrefix(url))
    #expect(keys.wanted().isEmpty && keys.failures(at: Date()).isEmpty)
  }
}
