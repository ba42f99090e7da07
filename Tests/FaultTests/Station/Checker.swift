import Foundation

@testable import Harness

/// Checks what must be true of the spools, whatever happened. Every delivery that was acknowledged
/// is there once, and every name in `new/` is a whole task.
struct Checker {
  let spool: URL
  /// The spools to check.
  var spools = Station.spools
  /// The numbers of deliveries that were sent again because no answer came. Each may be stored as
  /// often as it was sent.
  var resent: Set<Int> = []

  /// Returns what is wrong; nothing if the promise was kept. `acknowledged` has the numbers of all
  /// deliveries that were answered 2xx, and `taken` the tasks that importers have finished, by
  /// spool.
  func findings(
    acknowledged: some Sequence<Int>, taken: [String: [Importer.Run]] = [:]
  ) throws -> [String] {
    var findings: [String] = []
    for incoming in spools {
      // Tasks count by name. A finished task may be there again after a crash, which
      // `Importer.repeated` counts.
      var tasks: [String: Int] = [:]
      for name in try names(in: incoming, "new") {
        let file = spool.appending(path: "\(incoming)/new/\(name)")
        if let number = Self.number(ofTask: Array(try Data(contentsOf: file)), in: incoming) {
          tasks[name] = number
        } else {
          findings.append("\(incoming)/new/\(name) is not a whole task")
        }
      }
      for run in taken[incoming] ?? [] { tasks[run.task] = run.number }
      let stored = tasks.values
      findings += Set(acknowledged).subtracting(stored).sorted().map {
        "\($0) was acknowledged and is not in \(incoming)"
      }
      let times = Dictionary(stored.map { ($0, 1) }, uniquingKeysWith: +)
      findings += times.filter { $0.value > 1 && !resent.contains($0.key) }.keys.sorted().map {
        "\($0) is in \(incoming) \(times[$0] ?? 0) times"
      }
    }
    return findings
  }

  /// Returns the names in a directory of a spool; nothing if the directory doesn't exist.
  func names(in incoming: String, _ place: String) throws -> [String] {
    let directory = spool.appending(path: "\(incoming)/\(place)").path
    guard FileManager.default.fileExists(atPath: directory) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  /// Returns the number of the delivery that a task holds; nil unless it holds exactly that
  /// delivery.
  static func number(ofTask bytes: [UInt8], in incoming: String) -> Int? {
    guard
      let task = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any],
      task["type"] as? String == "levelwind.task", task["incoming"] as? String == incoming,
      let data = task["data"] as? [String: Any], data["bodyEncoding"] as? String == "json",
      let body = data["body"] as? [String: Any], let number = body["number"] as? Int
    else { return nil }
    let expected = Payload.bytes(number)
    let isWhole =
      data["bodyBytes"] as? Int == expected.count
      && bytes.suffix(expected.count + 3) == (expected + Array("}}\n".utf8))[...]
    return isWhole ? number : nil
  }
}
