import Synchronization
import Testing

/// Shows what responder and nginx logged beside what a test found wrong.
enum Logs {
  /// The site of the test that runs.
  @TaskLocal static var folder: Folder?

  private static let shown = Mutex<Set<String>>([])

  /// The ends of the logs; nil where they have been shown already.
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
