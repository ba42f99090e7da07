/// Whole numbers as they are written in files: ASCII digits alone, no sign, no leading zero.
enum WholeNumber {
  static func parse(_ text: some StringProtocol) -> Int? {
    guard let number = Int(text), number >= 0, "\(number)" == text else { return nil }
    return number
  }
}
