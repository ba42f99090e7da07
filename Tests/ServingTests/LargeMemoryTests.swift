import Foundation
import Testing

@testable import Serving

/// Memory that goes back to the kernel.
@Suite struct LargeMemoryTests {
  @Test func `code is given back, and comes back when it is wanted`() throws {
    let before = try Self.filePages()
    letGoOfMemory()
    #expect(try Self.filePages() < before)
    #expect(["b", "a"].sorted() == ["a", "b"])
  }

  /// The KiB of files that are mapped and in memory.
  private static func filePages() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
    return try #require(Int(line.filter(\.isNumber)))
  }
}
