import Bytes
import Foundation
import Testing

import struct Synchronization.Atomic

@testable import Verification
@testable import Webhooks

/// A secret that a sender brings along. One is taken, from a sender that the webhook lets in.
@Suite struct HandshakeDoorTests {
  private static let asana = "pre_processors:\n  - {type: sender, sender: asana}\n"

  private static func site(_ webhook: String = asana) throws -> ReceivingSite {
    let site = try ReceivingSite([
      "incoming/stock.yaml": "", "webhooks/asana.yaml": "incoming: stock\n" + webhook,
    ])
    try door(site).open(until: Date() + 600)
    return site
  }

  private static func door(_ site: ReceivingSite) throws -> HandshakeDoor {
    HandshakeDoor(
      of: try #require(Identifier("asana")), state: site.snapshots.current.settings.state)
  }

  private static func learned(_ site: ReceivingSite) -> [String: LearnedSecret] {
    LearnedSecret.all(of: "asana", state: site.snapshots.current.settings.state)
  }

  private static func inbound(_ secret: String) -> FakeInbound {
    FakeInbound("POST", "/webhook/asana", headers: [("X-Hook-Secret", secret)], body: "")
  }

  private static func delivery(_ secret: String) -> FakeInbound {
    let code = HashName.sha256.authenticationCode(of: Array("{}".utf8), key: Array(secret.utf8))
    let text = String(decoding: Hex.encode(code), as: UTF8.self)
    return FakeInbound("POST", "/webhook/asana", headers: [("X-Hook-Signature", text)])
  }

  /// Runs a function on several threads, which all begin at once.
  private static func simultaneously<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let results = Mutex<[Result]>([])
    let ready = Atomic(0)
    let ended = DispatchSemaphore(value: 0)
    for index in 0..<count {
      Thread.detachNewThread {
        ready.add(1, ordering: .acquiringAndReleasing)
        while ready.load(ordering: .acquiring) < count { sched_yield() }
        let result = body(index)
        results.withLock { $0.append(result) }
        ended.signal()
      }
    }
    for _ in 0..<count { ended.wait() }
    return results.withLock { $0 }
  }

  @Test func `of requests that come at the same time, one has its secret taken`() throws {
    let site = try Self.site()
    let (receiver, door) = (site.receiver, try Self.door(site))
    let (count, rounds) = (8, 40)
    for round in 1...rounds {
      try door.open(until: Date() + 600)
      let statuses = Self.simultaneously(count) { index in
        var inbound = Self.inbound("secret-\(round)-\(index)")
        receiver.receive(&inbound)
        return inbound.answered.first?.status ?? 0
      }
      #expect(statuses.count { $0 == 200 } == 1)
      #expect(statuses.count { $0 == 503 } == count - 1)
      #expect(Self.learned(site).count == round)
      #expect(!door.isOpen(at: Date()))
    }
    #expect(try site.answer(to: Self.inbound("late")).status == 503)
  }

  @Test func `of claims at the same time, one gets the door`() throws {
    let door = try Self.door(try Self.site())
    for _ in 1...200 {
      try door.open(until: Date() + 600)
      #expect(Self.simultaneously(4) { _ in door.claim() }.count { $0 } == 1)
      door.finish()
    }
  }

  @Test func `one claim gets it, and it is given back unless another was opened meanwhile`() throws
  {
    let site = try Self.site()
    let door = try Self.door(site)
    #expect(door.claim())
    #expect(!door.claim())
    #expect(!door.isOpen(at: Date()))
    door.giveBack()
    #expect(door.isOpen(at: Date()))
    #expect(door.claim())
    try door.open(until: Date() + 3600)
    door.giveBack()
    #expect(door.isOpen(at: Date() + 1800))
    #expect(door.claim())
    door.finish()
    door.giveBack()
    #expect(!door.isOpen(at: Date()))
    let folder = site.snapshots.current.settings.state + "/handshakes"
    #expect(try FolderListing.names(in: folder) == [])
  }

  @Test func `where the secret can't be kept, the door stays open, and it is a 503`() throws {
    let site = try Self.site()
    let new = URL(filePath: site.snapshots.current.settings.state)
      .appending(path: "secrets/asana/new")
    try FileManager.default.removeItem(at: new)
    #expect(try site.answer(to: Self.inbound("first")).status == 503)
    #expect(try Self.door(site).isOpen(at: Date()))
    #expect(Self.learned(site).isEmpty)
  }

  @Test(arguments: [
    (entry: "{type: addresses, allow: [198.51.100.0/24]}", status: 403),
    (entry: "{type: header, name: X-S, secrets: [{literal: a-long-enough-one}]}", status: 401),
    (entry: "{type: addresses, allow: [192.0.2.0/24]}", status: 200),
  ])
  func `pre-processors behind the preset have their say before a secret is taken`(
    entry: String, status: Int
  ) throws {
    for lines in [
      "\(Self.asana)  - \(entry)\n",
      "pre_processors:\n  - \(entry)\n"
        + Self.asana.replacing("pre_processors:\n", with: ""),
    ] {
      let site = try Self.site(lines)
      #expect(try site.answer(to: Self.inbound("mine")).status == status)
      #expect(Self.learned(site).isEmpty == (status != 200))
      #expect(try Self.door(site).isOpen(at: Date()) == (status != 200))
    }
  }

  @Test func `a secret that ends matches no longer, and one that is removed is gone`() throws {
    let site = try Self.site()
    #expect(try site.answer(to: Self.inbound("planted")).status == 200)
    #expect(try site.answer(to: Self.delivery("planted")).status == 200)
    let name = try #require(Self.learned(site).keys.first)
    let state = site.snapshots.current.settings.state
    func load() {
      _ = site.snapshots.update { $0.withLearned() }
    }
    try LearnedSecret.end(name, of: "asana", state: state, at: Date() + 600)
    load()
    #expect(try site.answer(to: Self.delivery("planted")).status == 200)
    try LearnedSecret.end(name, of: "asana", state: state, at: Date() - 10)
    load()
    #expect(try site.answer(to: Self.delivery("planted")).status == 401)
    let file =
      "\(state)/secrets/asana/new/"
      + (try #require(try FolderListing.names(in: "\(state)/secrets/asana/new").first))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(throws: (any Error).self) {
      try LearnedSecret.end("another", of: "asana", state: state, at: nil)
    }
    try LearnedSecret.end(name, of: "asana", state: state, at: nil)
    #expect(Self.learned(site).isEmpty)
  }
}
