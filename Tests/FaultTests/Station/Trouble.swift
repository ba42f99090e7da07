import Foundation
import Testing

@testable import Harness

/// What can be wrong with the file system of one spool.
enum Trouble: CaseIterable {
  case frozen, hung, readOnly, full, gone

  /// Makes it so.
  ///
  /// - Parameter image: the second spool's own.
  func begin(_ station: Station, _ image: Image) throws {
    switch self {
    case .frozen: try image.freeze()
    case .hung: try station.order("delay any@spool/\(Station.spools[1]) 600000")
    // Not while something is being written.
    case .readOnly: try until("it is read-only") { (try? image.remount("ro")) != nil }
    case .full: try image.fill()
    case .gone: try image.takeAway()
    }
  }

  func end(_ station: Station, _ image: Image) throws {
    switch self {
    case .frozen: try image.thaw()
    case .hung: #expect(station.takeBackOrder())
    case .readOnly: try image.remount("rw")
    case .full: try image.empty()
    case .gone:
      // Nothing was made where it was.
      let left = try FileManager.default.contentsOfDirectory(atPath: image.root.path)
      #expect(left == [])
      try image.mount()
    }
  }
}
