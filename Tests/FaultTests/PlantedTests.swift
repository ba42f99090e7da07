import Foundation
import Testing

@testable import Harness

extension Faults {
  /// A user who may write in a spool's directories puts something there that isn't a task.
  @Suite struct PlantedTests {
    /// A thing that can stand where something else is expected.
    enum Plant: String, CaseIterable {
      case link, danglingLink, fifo, directory, file

      func make(at place: URL, linkingTo target: URL) throws {
        switch self {
        case .link:
          try FileManager.default.createSymbolicLink(at: place, withDestinationURL: target)
        case .danglingLink:
          try FileManager.default.createSymbolicLink(
            at: place, withDestinationURL: target.appending(path: "nowhere"))
        case .fifo: try #require(mkfifo(place.path, 0o666) == 0)
        case .directory:
          try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        case .file: try Data().write(to: place)
        }
      }
    }

    private static let name = "01a209ca-e3ac-780b-aab1-06d51ac8ca81.json"

    @Test(arguments: Plant.allCases)
    func `in a spool's directories, it is neither followed nor does it hold anything up`(
      _ plant: Plant
    ) throws {
      // What the tests' importer can't read is there to stay.
      try Station.open(importing: nil) { station in
        station.stop()
        let target = try Self.target(in: station)
        for incoming in Station.spools {
          for place in ["tmp", "new", "cur", "retry", "failed", "done"] {
            for name in [Self.name, ".probe", "anything"] {
              try plant.make(
                at: station.spool.appending(path: "\(incoming)/\(place)/\(name)"),
                linkingTo: target)
            }
          }
        }
        try station.start()
        for number in 1...8 { #expect(try station.deliver(number).status == 200) }
        #expect(station.stop() == 0)
        try Self.expectUntouched(target)
        // The planted files are removed, so that the checker sees tasks alone.
        for incoming in Station.spools {
          for name in [Self.name, ".probe", "anything"] {
            try FileManager.default.removeItem(
              at: station.spool.appending(path: "\(incoming)/new/\(name)"))
          }
        }
        #expect(try Checker(station).findings(acknowledged: 1...8) == [])
      }
    }

    @Test(arguments: [Plant.link, .danglingLink, .fifo, .file], ["tmp", "new", "."])
    func `in place of a directory, it is refused until it is mended, and never written through`(
      _ plant: Plant, _ place: String
    ) throws {
      try Station.open { station in
        #expect(try station.deliver(1).status == 200)
        station.stop()
        let target = try Self.target(in: station)
        let directory = station.spool.appending(path: place == "." ? "audit" : "audit/\(place)")
        let aside = station.folder("aside")
        try FileManager.default.moveItem(at: directory, to: aside)
        try plant.make(at: directory, linkingTo: target)
        try station.start()
        let answer = try station.deliver(2)
        #expect(answer.status == 503)
        #expect(answer.hasRetryAfter)
        try Self.expectUntouched(target)

        try FileManager.default.removeItem(at: directory)
        try FileManager.default.moveItem(at: aside, to: directory)
        try until("it is taken again") { try station.deliver(3).status == 200 }
        #expect(station.stop() == 0)
        #expect(try Checker(station).findings(acknowledged: [1, 3]) == [])
      }
    }

    /// Makes a folder with a file that doesn't belong to the responder.
    private static func target(in station: Station) throws -> URL {
      try station.folder.write("mine", to: "elsewhere/\(name)").deletingLastPathComponent()
    }

    private static func expectUntouched(_ target: URL) throws {
      #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == [name])
      #expect(try String(contentsOf: target.appending(path: name), encoding: .utf8) == "mine")
    }
  }
}
