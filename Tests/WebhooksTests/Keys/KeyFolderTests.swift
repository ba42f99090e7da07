import Foundation
import Testing
import Verification

@testable import Harness
@testable import Webhooks

@Suite struct KeyFolderTests {
  private static let url = "https://keys.example.org/a"
  /// The public keys of tests 2 and 3 of RFC 8032.
  private static let keys = [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
  ]

  private func with(_ test: (KeyFolder, URL) throws -> Void) throws {
    let state = try Folder(named: "keys")
    defer { state.remove() }
    try test(KeyFolder(state: state.path), state.url)
  }

  private func file(_ content: String, at url: String = Self.url) -> KeyFile {
    KeyFile(url: url, fetched: Date(timeIntervalSince1970: 1_790_000_000), content: content)
  }

  @Test func `what was kept is found again, and replaced whole`() throws {
    try with { folder, state in
      #expect(folder.keys().keys(from: Self.url).isEmpty)
      for key in Self.keys {
        try folder.keep(file(key))
        #expect(folder.file(of: Self.url) == file(key))
      }
      #expect(folder.keys().keys(from: Self.url).count == 1)
      let names = try FileManager.default.contentsOfDirectory(atPath: state.path + "/keys")
      #expect(names.count == 2, "the file and wanted/: \(names)")
    }
  }

  @Test func `a file that isn't a key is skipped, and hides no other`() throws {
    try with { folder, state in
      try folder.keep(file("nonsense", at: "https://keys.example.org/b"))
      try folder.keep(file(Self.keys[0]))
      try "{".write(
        toFile: state.path + "/keys/broken.json", atomically: true, encoding: .utf8)
      #expect(folder.keys().keys(from: Self.url).count == 1)
      #expect(folder.keys().keys(from: "https://keys.example.org/b").isEmpty)
    }
  }

  @Test func `wanted keys are noted once each, up to a bound, and forgotten`() throws {
    try with { folder, _ in
      for number in 0..<(KeyFolder.mostWanted + 10) {
        let key = WantedKey(url: "\(Self.url)/\(number)", webhook: "a")
        for _ in 1...2 { try folder.want(key) }
      }
      let wanted = folder.wanted()
      #expect(wanted.count == KeyFolder.mostWanted)
      #expect(Set(wanted.map(\.url)).count == KeyFolder.mostWanted)
      for key in wanted { folder.forget(key) }
      #expect(folder.wanted() == [])
    }
  }

  @Test(arguments: [false, true])
  func `what is invented for one webhook takes no room from others, nor from its fixed URLs`(
    _ isWatched: Bool
  ) throws {
    try with { folder, _ in
      let watch = KeyWatch(folder)
      func want(_ key: WantedKey) throws {
        if isWatched { watch.want(key) } else { try folder.want(key) }
      }
      for number in 0..<(KeyFolder.mostWanted * 3) {
        try want(WantedKey(url: "\(Self.url)/\(number)", webhook: "a"))
      }
      try want(WantedKey(url: "\(Self.url)/mine", webhook: "b"))
      try want(WantedKey(url: "\(Self.url)/fixed", webhook: "a", isFixed: true))
      watch.finish()
      let wanted = folder.wanted()
      #expect(wanted.count == KeyFolder.mostWanted + 2)
      #expect(wanted.contains { $0.url.hasSuffix("/fixed") })
      // The second webhook's key doesn't wait for all of the first's.
      #expect(wanted.prefix(2).map(\.webhook) == ["a", "b"])
      for key in wanted { folder.forget(key) }
      #expect(folder.wanted() == [])
    }
  }

  @Test func `what was no key is remembered for an hour`() throws {
    try with { folder, _ in
      let now = Date(timeIntervalSince1970: 1_790_000_000)
      #expect(folder.failures(at: now) == [:])
      try folder.keep(failures: [Self.url: now])
      #expect(folder.failures(at: now.addingTimeInterval(3599)) == [Self.url: now])
      #expect(folder.failures(at: now.addingTimeInterval(3600)) == [:])
      // A failure of a clock that was ahead counts as none.
      #expect(folder.failures(at: now.addingTimeInterval(-1)) == [:])
      let many = (1...5000).map { ("\($0)", now.addingTimeInterval(Double($0))) }
      try folder.keep(failures: Dictionary(uniqueKeysWithValues: many))
      let kept = folder.failures(at: now.addingTimeInterval(5000))
      #expect(kept["5000"] != nil && kept["1"] == nil)
      // A kept failure isn't taken for a key.
      #expect(folder.keys().keys(from: Self.url).isEmpty)
    }
  }

  @Test func `a change is noticed, and not looked for more often than is allowed`() throws {
    try with { folder, _ in
      let watch = KeyWatch(folder, lookEvery: .zero)
      #expect(watch.news() == nil)
      try folder.keep(file(Self.keys[0]))
      #expect(watch.news()?.keys(from: Self.url).count == 1)
      let rare = KeyWatch(folder, lookEvery: .seconds(3600))
      #expect(rare.news() != nil)
      #expect(rare.news() == nil)
    }
  }

  @Test func `what is configured counts, and of what was fetched the last`() throws {
    var configured = KeyStore()
    try configured.insert(Array(Self.keys[0].utf8), from: Self.url)
    var fetched = KeyStore()
    try fetched.insert(Array(Self.keys[1].utf8), from: Self.url)
    let other = "https://keys.example.org/b"
    try fetched.insert(Array(Self.keys[1].utf8), from: other)
    let store = configured.beside(fetched)
    #expect(store.keys(from: other).count == 1)
    #expect(store.beside(KeyStore()).keys(from: other).isEmpty)
    #expect(store.beside(KeyStore()).keys(from: Self.url).count == 1)
    #expect(
      "\(store.keys(from: Self.url)[0])" == "\(configured.keys(from: Self.url)[0])")
  }
}
