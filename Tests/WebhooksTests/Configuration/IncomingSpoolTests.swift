import Foundation
import Testing

@testable import Webhooks

/// The part of the configuration that commands in a spool read.
@Suite struct IncomingSpoolTests {
  private func spool(_ files: [String: String]) throws -> (IncomingSpool, ConfigurationFiles) {
    let files = try ConfigurationFiles(files)
    return (
      try IncomingSpool(of: try #require(Identifier("stock")), directory: files.path), files
    )
  }

  private func problems(_ read: () throws(IncomingSpool.Unknown) -> Void) -> [String] {
    do throws(IncomingSpool.Unknown) {
      try read()
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func `it is known without any file`() throws {
    let (spool, files) = try spool([:])
    #expect(spool.path == "/var/spool/levelwind/stock")
    #expect(try spool.keepDone() == nil)
    #expect(
      problems { () throws(IncomingSpool.Unknown) in _ = try spool.incoming() }
        == ["incoming/stock.yaml: does not exist"])
    withExtendedLifetime(files) {}
  }

  @Test func `no other file is read`() throws {
    let (spool, files) = try spool([
      "levelwind.yaml": "spool: /srv/spool\n", "incoming/stock.yaml": "keep_done: 30d\n",
      "incoming/other.yaml": "nonsense", "webhooks/erp.yaml": "nonsense: [",
    ])
    #expect(spool.path == "/srv/spool/stock")
    #expect(try spool.keepDone() == .seconds(30 * 86_400))
    #expect(try spool.incoming().keepDone == .seconds(30 * 86_400))
    withExtendedLifetime(files) {}
  }

  @Test func `how long tasks are kept is known also where something else is wrong`() throws {
    let (spool, files) = try spool([
      "incoming/stock.yaml": "filter: '.a['\nkeep_done: 2d\nunknown: 1\n"
    ])
    #expect(try spool.keepDone() == .seconds(2 * 86_400))
    #expect(
      problems { () throws(IncomingSpool.Unknown) in _ = try spool.incoming() }.count == 2)
    withExtendedLifetime(files) {}
  }

  @Test(arguments: ["keep_done: soon\n", "keep_done: 1s\n", "keep_done: [\n", "text\n"])
  func `where it is not known, nothing is taken for finished`(text: String) throws {
    let (spool, files) = try spool(["incoming/stock.yaml": text])
    let found = problems { () throws(IncomingSpool.Unknown) in _ = try spool.keepDone() }
    #expect(found.first?.contains("incoming/stock.yaml") == true, "\(found)")
    withExtendedLifetime(files) {}
  }
}
