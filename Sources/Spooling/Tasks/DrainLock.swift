/// The right to work on a spool as one drain among many, or as the only one. It ends with this
/// object or with the process, however that ends.
public final class DrainLock: Sendable {
  /// A descriptor of its own: a lock of flock(2) belongs to what one call opened.
  private let directory: Directory

  fileprivate init(_ directory: Directory) { self.directory = directory }
}

extension TaskSpool {
  /// Takes the right to drain the spool, without waiting.
  ///
  /// - Parameter alone: whether no other drain may work on the spool at the same time, since this
  ///   one keeps tasks in an order.
  /// - Returns: nil if another drain is in the way.
  /// - Throws: `unusable` if the spool can't be locked.
  public func lockForDrain(alone: Bool) throws(TaskSpoolError) -> DrainLock? {
    do throws(SystemError) {
      let directory = try directory(.cur).directory(".")
      return try directory.lock(exclusively: alone) ? DrainLock(directory) : nil
    } catch {
      throw .unusable(path: "\(path)/\(TaskState.cur)", error)
    }
  }
}
