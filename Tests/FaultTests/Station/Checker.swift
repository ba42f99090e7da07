import Foundation

@testable import Harness

/// What must be true of the spools, whatever happened: every delivery that was acknowledged is there, once, and
/// every name in `new/` is a whole task.
struct Checker {
  let spool: URL
  /// The spools that are looked at.
  var spools = Station.spools
  /// The numbers of deliveries that were sent again, since no answer came: they may be there as often.
  var resent: Set<Int> = []

  /// What is wrong: nothing, if the promise was kept.
  ///
  /// - Parameters:
  ///   - acknowledged: the numbers of all deliveries that were answered 2xx.
  ///   - taken: what importers have finished, by spool.
  func findings(
    acknowledged: some Sequence<Int>, taken: [String: [Importer.Run]] = [:]
  ) throws -> [String] {
    var findings: [String] = []
    for incoming in spools {
      // By name: what an importer has finished may be there again after a crash. `Importer.repeated` counts that.
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

  /// The names in a directory of a spool; none where the directory is gone itself.
  func names(in incoming: String, _ place: String) throws -> [String] {
    let directory = spool.appending(path: "\(incoming)/\(place)").path
    guard FileManager.default.fileExists(atPath: directory) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }

  /// The number of the delivery that a task holds, or nil if it does not hold it exactly.
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
