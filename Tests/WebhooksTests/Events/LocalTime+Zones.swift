import Bytes
import Foundation

extension LocalTime {
  static let gmt = LocalTime { _ in 0 }
  static let amsterdam = LocalTime(TimeZone(identifier: "Europe/Amsterdam") ?? .gmt)

  init(_ zone: TimeZone) {
    self.init { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) }
  }
}
