import Foundation

extension Date {
  /// Reads what `rfc3339` writes, 27 characters in UTC; nil for anything else.
  init?(rfc3339 text: String) {
    let pattern = Array("0000-00-00T00:00:00.000000Z".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == pattern.count else { return nil }
    var numbers: [Int32] = [0]
    for (byte, expected) in zip(bytes, pattern) {
      if expected == UInt8(ascii: "0") {
        guard 0x30...0x39 ~= byte else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int32(byte - 0x30)
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    var moment = tm()
    (moment.tm_year, moment.tm_mon, moment.tm_mday) = (
      numbers[0] - 1900, numbers[1] - 1, numbers[2]
    )
    (moment.tm_hour, moment.tm_min, moment.tm_sec) = (numbers[3], numbers[4], numbers[5])
    self.init(timeIntervalSince1970: Double(timegm(&moment)) + Double(numbers[6]) / 1e6)
  }
}
