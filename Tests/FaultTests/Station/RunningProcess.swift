import Foundation
import Testing

/// A process as /proc describes it.
struct RunningProcess {
  let pid: pid_t

  /// The threads with their names, in the order of their start.
  var threads: [(id: String, name: String)] {
    let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return ids.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { id in
      (id, Self.text("/proc/\(pid)/task/\(id)/comm").trimmingCharacters(in: .newlines))
    }
  }

  /// The most memory that the process has held, in bytes.
  var peakMemory: Int? { status("VmHWM:").map { $0 * 1024 } }

  /// The processor time that the process has used.
  var processorTime: Duration {
    let fields = Self.text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ")
    let ticks = (fields ?? []).dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +)
    return .milliseconds(ticks * 1000 / sysconf(Int32(_SC_CLK_TCK)))
  }

  var openDescriptors: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
    return names.compactMap { Int($0) }.sorted()
  }

  private func status(_ key: String) -> Int? {
    let line = Self.text("/proc/\(pid)/status").split(separator: "\n").first {
      $0.hasPrefix(key)
    }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  private static func text(_ path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path) else { return "" }
    return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
  }
}
