import Foundation

/// A task's file, and where in its spool it lies.
public struct TaskPlace: Sendable, Hashable {
  public let state: TaskState
  /// The task's name, `<id>.json`, wherever it lies.
  public let name: String
  /// Whether a drain claimed it: its file in `cur/` has an ending of its own then.
  public let isDrains: Bool
  /// The day that it was finished, `2026-11-24`: its folder in `done/`.
  public let day: String?

  public init(_ state: TaskState, _ name: String, isDrains: Bool = false, day: String? = nil) {
    self.state = state
    self.name = name
    self.isDrains = isDrains
    self.day = day
  }

  /// The task's id: its name without the ending.
  public var id: String { String(name.dropLast(5)) }

  /// When it arrived, as its name says; nil of a name that is not the responder's.
  public var arrival: Date? { TaskName.arrival(name) }

  /// Whether its name is one that can be printed for another program, a line for each: without control
  /// characters, and what reorders text.
  public var isNamedPlainly: Bool {
    name.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }

  /// The file's path within the spool.
  public var path: String {
    ([state.rawValue, day, file] as [String?]).compactMap { $0 }.joined(separator: "/")
  }

  var file: String { isDrains ? TaskName.claimed(name) : name }
}
