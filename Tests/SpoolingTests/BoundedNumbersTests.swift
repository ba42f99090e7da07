import Bytes
import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// Numbers that other processes wrote.
@Suite struct BoundedNumbersTests {
  @Test func `no sum overflows, whatever its parts are`() {
    let most = Int.mostBelieved
    #expect(1.addingBounded(2) == 3)
    #expect(Int.max.addingBounded(.max) == most)
    #expect(Int.min.addingBounded(.min) == -most)
    #expect(Int.max.addingBounded(.min) == 0)
    #expect(most.addingBounded(-1) == most - 1)
    let depth = SpoolDepth(tasks: .max, bytes: .max)
    #expect(depth + depth == SpoolDepth(tasks: most, bytes: most))
  }

  private struct Value: Decodable, Equatable {
    let number: Double
    let text: String
  }

  private func decode(_ number: String, _ text: String = "") -> Value? {
    BoundedJSON.decode(Value.self, from: Array("{\"text\":\"\(text)\",\"number\":\(number)}".utf8))
  }

  @Test(arguments: ["0", "-0", "12.5", "9007199254740992", "1e3", "0.30000000000000004"])
  func `numbers up to 2^53 are read`(_ number: String) throws {
    #expect(decode(number)?.number == Double(number))
  }

  @Test(
    arguments: [
      "-1", "9007199254740994", "9223372036854775807", "9223372036854775808", "1e300", "1e999",
      "-9223372036854775808", String(repeating: "1", count: 1 << 20),
    ])
  func `others make the whole damaged`(_ number: String) { #expect(decode(number) == nil) }

  @Test func `digits in a text aren't a number`() {
    for text in ["-1", #"\\"#, #"\"-99999999999999999999\""#, #"\\\"1e300"#] {
      #expect(decode("7", text)?.number == 7, "\(text)")
      #expect(decode("-7", text) == nil, "\(text)")
    }
  }

  @Test func `a retry record with a count that can't be is damaged, and its task counts as new`() {
    #expect(RetryRecord(Array(#"{"attempts":3}"#.utf8))?.attempts == 3)
    for count in ["9223372036854775807", "-1", "9007199254740994"] {
      #expect(RetryRecord(Array("{\"attempts\":\(count)}".utf8)) == nil)
      #expect(RetryRecord(Array("{\"attempts\":1,\"deferrals\":\(count)}".utf8)) == nil)
    }
  }

  @Test func `a task's header says no number that can't be`() throws {
    let folder = try Folder(named: "spooling")
    try folder.write(
      #"{"type":"levelwind.task","taskindex":9223372036854775807,"taskcount":-1,"#
        + #""data":{"bodyBytes":1e400,"body":1}}"#, to: "x.json")
    let directory = try Directory(path: folder.path, on: LinuxFileSystem())
    let header = try #require(TaskHeader(try TaskFile("x.json", in: directory)))
    #expect(header.index == 0 && header.count == 1 && header.bodyBytes == nil)
  }
}
