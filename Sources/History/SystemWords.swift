import Glibc

/// The system's words for its error numbers.
enum SystemWords {
  static func text(of number: Int32) -> String { String(cString: strerror(number)) }
}
