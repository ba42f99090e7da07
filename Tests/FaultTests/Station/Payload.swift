import Foundation

/// The body of a delivery. It follows from the delivery's number, so that a checker needs no copy.
enum Payload {
  /// Returns about 1 KiB, and 64 KiB for every sixteenth number.
  static func bytes(_ number: Int) -> [UInt8] {
    let length = number % 16 == 15 ? 65_536 : 1_024
    let letter = UInt8(ascii: "a") + UInt8(number % 26)
    return Array("{\"number\":\(number),  \"padding\":\"".utf8)
      + [UInt8](repeating: letter, count: length) + Array("\"}".utf8)
  }
}
