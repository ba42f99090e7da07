import Testing

@testable import Spooling

@Suite struct WALSpaceTests {
  @Test func `a segment that is being opened anew can't be taken, and is free again afterwards`()
    throws
  {
    let disk = SimulatedFileSystem(Scenario.empty)
    let directory = try Directory(path: "/state", on: disk)
    let segments = try ["0000.log", "0001.log"].map { name in
      WALSegment(name: name, file: WALFile(try directory.create(name, mode: 0o640), on: disk))
    }
    let space = WALSpace(segmentBytes: 8192, free: segments, full: [], last: 0)
    try space.reopenFree { segment throws(SystemError) in
      #expect(space.take(4096) == nil)
      return segment
    }
    #expect(space.freeSegments == 2)
    #expect(throws: SystemError(.openat, 5)) {
      try space.reopenFree { _ throws(SystemError) in throw SystemError(.openat, 5) }
    }
    #expect(space.freeSegments == 2, "a failure loses none of them")
    #expect(space.take(4096)?.sequence == 1)
    #expect(space.freeSegments == 1)
  }
}
