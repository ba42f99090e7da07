import Foundation
import Testing

@testable import Harness
@testable import Serving

/// The question of `levelwind check`, and the proof that this responder answers it.
@Suite struct ProbeKeyTests {
  private let key = ProbeKey()

  @Test func `a question of the key's holder has one answer, which proves who gave it`() throws {
    let question = key.question()
    let answer = try #require(key.answer(to: Array(question.utf8)))
    #expect(key.proves(answer, question))
    #expect(!key.proves(answer, key.question()))
    #expect(!ProbeKey().proves(answer, question))
    #expect(!key.proves(Array(question.utf8), question))
    #expect(!key.proves([], question))
  }

  @Test func `a request that isn't a question has no answer`() {
    let question = Array(key.question().utf8)
    #expect(question.count == 64)
    #expect(ProbeKey().answer(to: question) == nil)
    for index in question.indices {
      var changed = question
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(key.answer(to: changed) == nil)
    }
    for text in ["", "x", String(repeating: "A", count: 64), String(repeating: "=", count: 64)] {
      #expect(key.answer(to: Array(text.utf8)) == nil)
    }
    #expect(key.answer(to: question + question) == nil)
    #expect(key.answer(to: [UInt8](repeating: 0xff, count: 64)) == nil)
    // The answer isn't a valid question.
    #expect(key.answer(to: question).flatMap(key.answer) == nil)
  }

  @Test func `it lies in the state directory, for its owner and group alone, until the next start`()
    throws
  {
    let home = try Folder(named: "key")
    defer { home.remove() }
    let folder = home.path
    #expect(ProbeKey(state: folder) == nil)
    try key.write(state: folder)
    let read = try #require(ProbeKey(state: folder))
    let question = read.question()
    #expect(key.answer(to: Array(question.utf8)) != nil)
    let path = "\(folder)/status/check.key"
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o640)
    try ProbeKey().write(state: folder)
    #expect(try #require(ProbeKey(state: folder)).answer(to: Array(question.utf8)) == nil)
    try Data("short".utf8).write(to: URL(filePath: path))
    #expect(ProbeKey(state: folder) == nil)
    // A link that would lead root elsewhere isn't followed.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
    #expect(ProbeKey(state: folder) == nil)
  }
}
