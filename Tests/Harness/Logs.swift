import Bytes
import Testing

/// Shows the logs of responder and nginx beside a test's findings.
enum Logs {
  /// The folder of the running test's site.
  @TaskLocal static var folder: Folder?

  private static let shown = Mutex<Set<String>>([])

  /// Returns the ends of the logs; nil if they were shown before.
  static func tail() -> String? {
    guard let folder, shown.withLock({ $0.insert(folder.path).inserted }) else { return nil }
    return ["responder", "nginx", "error", "levelwind"].map { name in
      "--- \(name).log\n" + folder.text("log/\(name).log").suffix(4000)
    }.joined(separator: "\n")
  }
}

extension Trait where Self == IssueHandlingTrait {
  static var showingLogs: Self {
    .compactMapIssues { issue in
      var issue = issue
      if let tail = Logs.tail() { issue.comments.append(Comment(rawValue: tail)) }
      return issue
    }
  }
}
