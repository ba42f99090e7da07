import Glibc
import Testing

@testable import Spooling

@Suite struct LogPublisherTests {
  @Test func `one that failed keeps no folder open once it has ended, whoever holds on to it`()
    throws
  {
    let disk = SimulatedFileSystem(LogCrashTests.empty)
    let folder = try #require(
      try LogFolder(
        in: "/state", make: true, layout: Scenario.layout, fileSystem: disk, volumes: Volumes()))
    var opening = try LogOpening(folder, layout: Scenario.layout)
    let publisher = LogPublisher(try opening.clear(folder).1, layout: Scenario.layout) { _ in }
    disk.fail(.syncfs, with: EIO)
    publisher.add(
      try group(in: Directory(path: "/state", on: disk), on: folder.volume), isScarce: false)
    publisher.finish()
    // The log's own.
    #expect(disk.openDescriptors == 1)
    withExtendedLifetime((publisher, folder)) {}
  }

  private func group(in directory: Directory, on volume: Volume) -> LoggedGroup {
    let spool = Spool(
      identifier: "a", path: "/state", directory: directory, tmp: directory, volume: volume,
      fileMode: 0o640)
    return LoggedGroup(
      sequence: 1, files: [StagedFile(spool: spool, place: .new, name: "a.json")])
  }
}
