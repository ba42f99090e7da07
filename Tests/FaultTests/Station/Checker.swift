import Foundation

@testable import Harness

/// Checks what must be true of a station's spools, whatever happened. Every delivery that was
/// acknowledged is there or was finished by the importer, and once. Every name in `new/` is a whole
/// task.
struct Checker {
  private let spool: URL
  private let importer: Importer?
  private let spools: [String]
  private let resent: Set<Int>
  private let mayRepeat: Bool

  /// Creates a checker.
  ///
  /// - Parameters:
  ///   - station: the station.
  ///   - spools: the spools to check.
  ///   - resent: the numbers of deliveries that were sent again because no answer came. Each may be
  ///     stored as often as it was sent.
  ///   - mayRepeat: whether a task that the importer has finished may come again. It may if a crash
  ///     or a failure to publish came between its name and the checkpoint.
  init(
    _ station: Station, spools: [String] = Station.spools, resent: Set<Int> = [],
    mayRepeat: Bool = false
  ) {
    spool = station.spool
    importer = station.importer.flatMap { spools.contains($0.incoming) ? $0 : nil }
    self.spools = spools
    self.resent = resent
    self.mayRepeat = mayRepeat
  }

  /// Returns what is wrong; nothing if the promise was kept. `acknowledged` has the numbers of all
  /// deliveries that were answered 2xx.
  func findings(acknowledged: some Sequence<Int>) throws -> [String] {
    var findings: [String] = []
    let removed = importer?.removed ?? []
    for incoming in spools {
      // Tasks count by name here.
      var tasks: [String: Int] = [:]
      let names = try names(in: incoming, "new")
      if !mayRepeat, incoming == importer?.incoming {
        findings += names.filter(removed.contains).map { "\($0) was removed, and is there again" }
      }
      for name in names {
        guard let bytes = try bytes(of: name, in: incoming) else { continue }
        if let number = Self.number(ofTask: bytes, in: incoming) {
          tasks[name] = number
        } else {
          findings.append("\(incoming)/new/\(name) is not a whole task")
        }
      }
      // The importer tells of a task before it removes it, so new/ is listed first.
      if let importer, importer.incoming == incoming {
        for run in importer.runs { tasks[run.task] = run.number }
      }
      let stored = tasks.values
      findings += Set(acknowledged).subtracting(stored).sorted().map {
        "\($0) was acknowledged and is not in \(incoming)"
      }
      let times = Dictionary(stored.map { ($0, 1) }, uniquingKeysWith: +)
      findings += times.filter { $0.value > 1 && !resent.contains($0.key) }.keys.sorted().map {
        "\($0) is in \(incoming) \(times[$0] ?? 0) times"
      }
    }
    guard let importer else { return findings }
    findings += importer.partial.map { "\($0) was no whole task when the importer read it" }
    if !mayRepeat {
      findings += importer.repeated.keys.sorted().map { "\($0) was finished, and came again" }
    }
    return findings
  }

  /// Returns the bytes of a task; nil if the importer has taken it since it was listed.
  private func bytes(of name: String, in incoming: String) throws -> [UInt8]? {
    do {
      return Array(try Data(contentsOf: spool.appending(path: "\(incoming)/new/\(name)")))
    } catch CocoaError.fileReadNoSuchFile where importer?.incoming == incoming {
      return nil
    }
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
