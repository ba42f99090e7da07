import Foundation
import Testing

@testable import Harness

/// A trouble of one spool's file system.
enum Trouble: CaseIterable {
  case frozen, hung, readOnly, full, gone

  /// Brings the trouble about. `image` is the second spool's file system.
  func begin(_ station: Station, _ image: Image) throws {
    switch self {
    case .frozen: try image.freeze()
    case .hung: try station.order("delay any@spool/\(Station.spools[1]) 600000")
    case .readOnly: try image.remount("ro")
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
      // Nothing was made in the empty place of the mount.
      let left = try FileManager.default.contentsOfDirectory(atPath: image.root.path)
      #expect(left == [])
      try image.mount()
    }
  }
}
