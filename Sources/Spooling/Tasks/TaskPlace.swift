import FoundationEssentials

/// A task's file, and its place in its spool.
public struct TaskPlace: Sendable, Hashable {
  /// The state of the task, which is the directory of its file.
  public let state: TaskState
  /// The task's name, `<id>.json`, in every state.
  public let name: String
  /// Whether a drain claimed the task. Its file in `cur/` has an ending of its own then.
  public let isDrains: Bool
  /// The day on which the task was finished, such as `2026-11-24`: its directory in `done/`.
  public let day: String?

  /// Creates a place. Each argument is described at its property.
  public init(_ state: TaskState, _ name: String, isDrains: Bool = false, day: String? = nil) {
    self.state = state
    self.name = name
    self.isDrains = isDrains
    self.day = day
  }

  /// The task's id: its name without the ending.
  public var id: String { String(name.dropLast(5)) }

  /// When the task arrived, as its name says; nil for a name that the responder didn't make.
  public var arrival: Date? { TaskName.arrival(name) }

  /// Whether the name can be printed for another program, one line for each: it contains no control
  /// characters, and no characters that reorder text.
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
