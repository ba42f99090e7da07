import Foundation
import Glibc
import Testing

@testable import Harness
@testable import Spooling

/// `levelwind incoming prepare` changes directories, and leaves other things alone.
@Suite(.enabled(if: geteuid() == 0, "giving files away takes root")) struct SpoolPreparationTests {
  private static let owner = SystemUser(user: 54321, group: 54322)
  private let folder: Folder

  init() throws { folder = try Folder(named: "spooling") }

  private var root: String { folder.path + "/spools" }

  private func run(
    _ spools: [SpoolPreparation.Wanted] = [.init(identifier: "stock", group: 54323)],
    isChanging: Bool = true
  ) -> [SpoolPreparation.Finding] {
    var preparation = SpoolPreparation(root: root, owner: Self.owner, isChanging: isChanging)
    return preparation.run(spools)
  }

  private func status(_ name: String) -> String {
    var status = stat()
    guard lstat("\(root)/\(name)", &status) == 0 else { return "none" }
    return "\(status.st_uid):\(status.st_gid) \(String(status.st_mode & 0o7777, radix: 8))"
  }

  @Test func `it makes what the design says, and changes nothing the next time`() {
    #expect(run().map(\.what) == Array(repeating: "made", count: 8))
    #expect(status("") == "54321:54322 711")
    #expect(status("stock") == "54321:54323 2750")
    #expect(status("stock/tmp") == "54321:54323 2700")
    for part in ["new", "cur", "retry", "failed", "done"] {
      #expect(status("stock/\(part)") == "54321:54323 2770")
    }
    #expect(run() == [])
    #expect(run(isChanging: false) == [])
  }

  @Test func `without a group the spool is the owner's own`() {
    _ = run([.init(identifier: "stock", group: nil)])
    #expect(status("stock/new") == "54321:54322 2770")
  }

  @Test func `it mends owner, group and mode, and the group of tasks`() throws {
    _ = run()
    let task = "\(root)/stock/new/01a209bd-8bac-7000-8000-040000000042.json"
    try Data().write(to: URL(filePath: task))
    try Data().write(to: URL(filePath: "\(root)/stock/new/another"))
    #expect(chown(task, 54321, 54323) == 0)
    #expect(chmod("\(root)/stock/cur", 0o750) == 0)
    #expect(chown("\(root)/stock/done", 0, 0) == 0)
    let wanted = [SpoolPreparation.Wanted(identifier: "stock", group: 54324)]
    let looked = run(wanted, isChanging: false)
    #expect(looked.allSatisfy { $0.isOpen && $0.harmsImporters })
    #expect(looked.contains { $0.what == "mode 0750, expected 2770" })
    #expect(status("stock/cur") == "54321:54323 750")
    let changed = run(wanted)
    #expect(changed.allSatisfy { !$0.isOpen })
    #expect(changed.contains { $0.what == "was root:root, now 54321:54324" })
    #expect(changed.contains { $0.what == "1 files now have group 54324" })
    #expect(status("stock/cur") == "54321:54324 2770")
    #expect(status("stock/done") == "54321:54324 2770")
    #expect(status("stock/new/01a209bd-8bac-7000-8000-040000000042.json").hasPrefix("54321:54324"))
    #expect(status("stock/new/another").hasPrefix("0:54323"))
    #expect(run(wanted) == [])
  }

  @Test func `links, files and what belongs to strangers are told, not touched`() throws {
    _ = run()
    let other = folder.path + "/other"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    for part in ["new", "cur", "done"] { #expect(rmdir("\(root)/stock/\(part)") == 0) }
    #expect(symlink(other, "\(root)/stock/new") == 0)
    #expect(mkfifo("\(root)/stock/cur", 0o600) == 0)
    #expect(mkdir("\(root)/stock/done", 0o700) == 0)
    #expect(chown("\(root)/stock/done", 60000, 60000) == 0)
    let secret = folder.path + "/secret"
    try Data().write(to: URL(filePath: secret))
    let name = "01a209bd-8bac-7000-8000-040000000042.json"
    #expect(link(secret, "\(root)/stock/retry/\(name)") == 0)
    #expect(symlink(secret, "\(root)/stock/failed/\(name)") == 0)
    let findings = run()
    let amiss = "is a link, a FIFO or a file in place of a directory: remove it"
    #expect(
      findings.map { "\($0.path.split(separator: "/").last ?? "") \($0.what)" } == [
        "new \(amiss)", "cur \(amiss)",
        "done belongs to user 60000, who is neither the responder's user nor root",
      ])
    #expect(findings.allSatisfy { $0.isOpen })
    var status = stat()
    for path in [other, secret] {
      #expect(stat(path, &status) == 0)
      #expect(status.st_uid == 0 && status.st_gid == 0)
    }
  }

  @Test func `looking alone makes nothing, and tells what is missing`() throws {
    #expect(run(isChanging: false).map(\.what) == ["does not exist"])
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
    #expect(chmod(root, 0o700) == 0)
    let findings = run(isChanging: false)
    #expect(
      findings.map(\.what) == ["mode 0700 keeps users out, expected 0711", "does not exist"])
    #expect(findings.allSatisfy { $0.harmsImporters })
    #expect(status("stock") == "none")
  }
}
