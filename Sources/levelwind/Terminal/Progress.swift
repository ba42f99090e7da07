import FoundationEssentials
import Glibc

/// The progress of a long operation, on standard error. It shows on a terminal only, and disappears
/// at the end.
final class Progress {
  private let what: String
  private let isShown = isatty(STDERR_FILENO) == 1
  private var last: ContinuousClock.Instant?

  /// - Parameter what: a participle, such as `retried`.
  init(_ what: String) { self.what = what }

  /// Shows the progress, at most every 100 ms. The total is nil if it isn't known.
  func show(_ count: Int, of total: Int? = nil) {
    guard isShown else { return }
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(100) { return }
    last = now
    say("\r\(what) \(count)\(total.map { " of \($0)" } ?? "")\u{1b}[K")
  }

  /// Removes the line from the terminal.
  func end() {
    if last != nil { say("\r\u{1b}[K") }
    last = nil
  }

  private func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
