import Bytes
import FoundationEssentials
import Glibc

/// A decoded field of a form or a query. All fields of one text are slices of one array.
struct DecodedField: Equatable {
  let name: ArraySlice<UInt8>
  let value: ArraySlice<UInt8>

  /// Returns the fields in the order in which they came.
  ///
  /// - Throws: `Rejection.unverified` if there are more than `FormFields.most`.
  static func all(in text: [UInt8]) throws(Rejection) -> [DecodedField] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var places: [(start: Int, value: Int, end: Int)] = []
    for field in FormFields(text) {
      guard places.count < FormFields.most else { throw FormFields.tooMany("form field") }
      let start = bytes.count
      FormFields.append(field.rawName, decodedWith: UInt8(ascii: " "), to: &bytes)
      let value = bytes.count
      FormFields.append(field.rawValue, decodedWith: UInt8(ascii: " "), to: &bytes)
      places.append((start, value, bytes.count))
    }
    return places.map {
      DecodedField(name: bytes[$0.start..<$0.value], value: bytes[$0.value..<$0.end])
    }
  }

  /// Compares two fields by name.
  ///
  /// - Parameters:
  ///   - other: The other field.
  ///   - byValue: Whether fields of the same name are sorted by value.
  /// - Returns: Whether this field sorts before the other.
  func precedes(_ other: DecodedField, byValue: Bool) -> Bool {
    let order = Self.compare(name, other.name)
    return order < 0 || order == 0 && byValue && Self.compare(value, other.value) < 0
  }

  /// Compares like `memcmp`: negative if the left one sorts first. A prefix sorts before the longer
  /// name.
  private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
    let common = left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        let count = min(left.count, right.count)
        return count == 0 ? 0 : Int(memcmp(left.baseAddress!, right.baseAddress!, count))
      }
    }
    return common == 0 ? left.count - right.count : common
  }
}
