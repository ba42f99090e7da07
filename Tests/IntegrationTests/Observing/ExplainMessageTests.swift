import Foundation
import Testing

@testable import Harness

/// How `levelwind explain` reads a captured message.
@Suite(.showingLogs) struct ExplainMessageTests {
  @Test func `a chunked body is put together byte for byte`() throws {
    let message = """
      POST /hook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\
      X-Hub-Signature-256: sha256=\(Explained.signature)\r\n\r\n\
      7;a=b\r\nHello, \r\n6\r\nWorld!\r\n0\r\n\r\n
      """
    #expect(try Explained(message, "github").status == 0)
    #expect(try Explained(message.replacing("6\r\n", with: "5\r\n"), "github").status == 64)
    #expect(try Explained(message.replacing("6\r\n", with: "60\r\n"), "github").status == 64)
  }

  struct Unreadable: Sendable {
    let message: String
    let reason: String
  }

  static let unreadable = [
    Unreadable(message: "", reason: "the first line isn't a request line"),
    Unreadable(message: "POST /hook\r\n\r\n", reason: "the first line isn't a request line"),
    Unreadable(message: "POST / HTTP/1.1\r\nA: b\r\n", reason: "an empty line is missing"),
    Unreadable(message: "POST / HTTP/1.1\r\nA b\r\n\r\n", reason: "line 2 isn't a header"),
    Unreadable(
      message: "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
      reason: "Content-Length is 3, and the body has 2 bytes"),
    Unreadable(
      message: "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nab", reason: "isn't a number"),
    Unreadable(
      message: "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nab", reason: "not chunked"),
  ]

  @Test(arguments: unreadable)
  func `a message that isn't a request is told`(_ one: Unreadable) throws {
    let said = try Explained(one.message, "github")
    #expect(said.status == 64)
    #expect(said.errors.contains(one.reason), "\(said.errors)")
    #expect(said.text == "")
  }
}
