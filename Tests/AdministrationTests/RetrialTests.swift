import Foundation
import Spooling
import Testing
import Verification
import Webhooks

@testable import Administration
@testable import Harness

/// Tasks that are retried, and refused deliveries that are let in.
@Suite struct RetrialTests {
  private let folder: Folder
  private static let id = "01a209ca-e3ac-780b-8000-000000000001"

  init() throws {
    folder = try Folder(named: "retrial")
    try folder.write(
      "spool: \(folder("spool").path)\nstate: \(folder("state").path)\nmin_free: 1MiB\n",
      to: "etc/levelwind.yaml")
    try folder.write("", to: "etc/incoming/stock.yaml")
    try folder.write("incoming: stock\npre_processors: []\n", to: "etc/webhooks/erp.yaml")
    for name in ["tmp"] + TaskState.allCases.map(\.rawValue) {
      try FileManager.default.createDirectory(
        at: folder("spool/stock/\(name)"), withIntermediateDirectories: true)
    }
  }

  private var configuration: String { folder("etc").path }

  @Test func `a failed task goes back into new, and one that is gone is counted`() throws {
    defer { folder.remove() }
    try folder.write("{}\n", to: "spool/stock/failed/\(Self.id).json")
    let stock = try #require(Identifier("stock"))
    let place = try IncomingSpool(of: stock, directory: configuration)
    let spool = try TaskSpool(path: place.path)
    var retrial = Retrial(place)
    let task = TaskPlace(.failed, "\(Self.id).json")
    #expect(retrial.retry(task, of: spool) == nil)
    #expect(folder.names(in: "spool/stock/new") == ["\(Self.id).json"])
    #expect(retrial.retry(task, of: spool) == "it is gone, or a drain is working on it")
    #expect(retrial.text == "1 retried, 1 in use or gone")
    #expect(
      retrial.json == #"{"retried":1,"routed":0,"tasks":0,"failed":0,"skipped":1}"#)
  }

  @Test func `a damaged delivery stays in failed, with the reason`() throws {
    defer { folder.remove() }
    try folder.write(
      """
      {"specversion":"1.0","id":"\(Self.id)","type":"levelwind.delivery","data":{"body":{}}}

      """,
      to: "spool/stock/failed/\(Self.id).json")
    let stock = try #require(Identifier("stock"))
    let place = try IncomingSpool(of: stock, directory: configuration)
    var retrial = Retrial(place)
    let reason = retrial.retry(
      TaskPlace(.failed, "\(Self.id).json"), of: try TaskSpool(path: place.path))
    #expect(reason?.contains("damaged") == true && retrial.failed == 1)
    #expect(folder.names(in: "spool/stock/failed") == ["\(Self.id).json"])
  }
}
