import Bytes
import Foundation
import Spooling
import Testing

@testable import Harness
@testable import Webhooks

@Suite struct DurableFileTests {
  @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
  func `a file is given away, and not what is put in its place while it is written`() throws {
    let folder = try Folder(named: "durable")
    defer { folder.remove() }
    let victim = folder("victim").path
    try Data("root's".utf8).write(to: URL(filePath: victim))
    // Another test may have changed the umask of this process.
    #expect(chmod(victim, 0o644) == 0)
    let place = folder("place").path
    #expect(mkdir(place, 0o755) == 0)

    // The owner of the folder looks for the draft and puts a link in its place.
    let isOver = Mutex(false)
    let planter = Thread {
      while !isOver.withLock({ $0 }) {
        for name in (try? FolderListing.names(in: place)) ?? [] where name.hasSuffix(".tmp") {
          symlink(victim, "\(place)/link")
          rename("\(place)/link", "\(place)/\(name)")
        }
      }
    }
    planter.start()
    let nobody = SystemUser(user: 65534, group: 65534)
    for number in 1...500 {
      // The write may fail, or leave a link of the planter's.
      try? DurableFile.write([1], to: "\(place)/\(number)", mode: 0o640, owner: nobody)
    }
    isOver.withLock { $0 = true }
    try until("the planter has stopped") { planter.isFinished }
    var status = stat()
    #expect(stat(victim, &status) == 0)
    #expect(status.st_uid == 0 && status.st_mode & 0o7777 == 0o644)

    try DurableFile.write([1, 2], to: "\(place)/mine", mode: 0o640, owner: nobody)
    #expect(lstat("\(place)/mine", &status) == 0)
    #expect(status.st_uid == 65534 && status.st_gid == 65534 && status.st_mode & 0o7777 == 0o640)
    #expect(status.st_size == 2)
  }

  @Test func `a new file replaces nothing, and an old one is replaced whole`() throws {
    let folder = try Folder(named: "durable")
    defer { folder.remove() }
    let path = folder("file").path
    try DurableFile.write([1], to: path, mode: 0o600, isNew: true)
    #expect(throws: DurableFile.Failure.self) {
      try DurableFile.write([2], to: path, mode: 0o600, isNew: true)
    }
    try DurableFile.write([3], to: path, mode: 0o644)
    #expect(try Array(Data(contentsOf: URL(filePath: path))) == [3])
    #expect(try FolderListing.names(in: folder.path) == ["file"])
    try DurableFile.remove(path)
    #expect(try FolderListing.names(in: folder.path) == [])
  }
}
