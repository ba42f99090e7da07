import Foundation

/// Something that did not come about in time.
struct NotYet: Error, CustomStringConvertible {
  let description: String
}

/// Waits for what happens elsewhere, looking often; how long it may take is generous, so that only
/// what never happens fails.
func until(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) throws {
  let end = Date(timeIntervalSinceNow: seconds)
  while try !condition() {
    guard Date() < end else {
      throw NotYet(description: "not in \(seconds) s: \(what)\n\(Logs.tail() ?? "")")
    }
    Thread.sleep(forTimeInterval: 0.02)
  }
}
