import Testing

@testable import Spooling

/// The names that spools have in the log, in the status and in messages.
@Suite struct SpoolIDTests {
  @Test(arguments: [
    ("stock", SpoolID.incoming("stock")),
    ("replay/erp", .replay(webhook: "erp")),
    ("secrets/erp", .secrets(webhook: "erp")),
    ("postprocess/erp.tell", .records(webhook: "erp", postProcessor: "tell")),
  ])
  func `a path is read, and written as it was`(_ path: String, _ spool: SpoolID) {
    #expect(SpoolID(path: path) == spool)
    #expect(spool.path == path)
    #expect(spool.isState == path.contains("/"))
    #expect(SetAside.spool(of: SetAside.folder(of: spool)) == spool)
  }

  @Test(arguments: [
    "", ".", "..", "/", "replay/", "replay/..", "/erp", "replay/erp/new", "history/erp",
    "postprocess/erp", "postprocess/erp.", "postprocess/.tell", "postprocess/erp.tell.more",
  ])
  func `a path of another kind is kept, and has no place`(_ path: String) {
    let spool = SpoolID(path: path)
    #expect(spool == .unknown(path: path))
    #expect(spool.path == path)
    #expect(SpoolFolders(spools: "/spool", state: "/state").place(of: spool) == nil)
  }

  @Test(arguments: [
    SpoolID.incoming(".."), .incoming("a/b"), .replay(webhook: "../a"), .secrets(webhook: ""),
    .records(webhook: "a.b", postProcessor: "c"),
  ])
  func `a name that isn't a part of a path has no place`(_ spool: SpoolID) {
    #expect(SpoolFolders(spools: "/spool", state: "/state").place(of: spool) == nil)
  }
}
