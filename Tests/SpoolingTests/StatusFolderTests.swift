import Foundation
import Testing

@testable import Spooling

@Suite struct StatusFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a file is replaced whole, and what a killed process left is taken away`() throws {
    let status = StatusFolder(state: folder.path)
    #expect(status.read("serve") == nil)
    #expect(status.processes == [])
    try status.put(Array("first".utf8), of: "serve")
    try folder.write("half of the sec", to: "status/.serve.json.new")
    try status.put(Array("second".utf8), of: "serve")
    try status.put(Array("third".utf8), of: "drain-stock")
    #expect(status.read("serve") == Array("second".utf8))
    #expect(status.processes == ["drain-stock", "serve"])
    let names = try FileManager.default.contentsOfDirectory(atPath: status.path)
    #expect(names.sorted() == ["drain-stock.json", "serve.json"])
  }

  @Test func `where it can't be written, that is an error and the old file stays`() throws {
    try folder.write("", to: "status")
    #expect(throws: SystemError.self) {
      try StatusFolder(state: folder.path).put([], of: "serve")
    }
  }
}
