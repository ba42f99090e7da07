import Foundation

/// The condition of `until` did not come about in time.
struct NotYet: Error, CustomStringConvertible {
  let description: String
}

/// Waits until a condition holds, and checks it every 20 ms, or every so many seconds. The limit is
/// generous, so that only a condition that never holds fails.
func until(
  _ what: String, seconds: Double = 60, every pause: Double = 0.02, _ condition: () throws -> Bool
) throws {
  let end = Date(timeIntervalSinceNow: seconds)
  while try !condition() {
    guard Date() < end else {
      throw NotYet(description: "not in \(seconds) s: \(what)\n\(Logs.tail() ?? "")")
    }
    Thread.sleep(forTimeInterval: pause)
  }
}
