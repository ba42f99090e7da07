import Foundation
import Synchronization

/// Standard error as the place of log lines: whole lines, one after the other.
public final class StandardErrorLines: Sendable {
  public static let shared = StandardErrorLines()
  private let turn = Mutex(())

  public func write(_ line: [UInt8]) {
    turn.withLock { _ in
      try? FileHandle.standardError.write(contentsOf: line)
    }
  }
}
