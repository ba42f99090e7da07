import Foundation

/// A task's file as it lies in its place at the moment, read without claiming it. Whoever works on it
/// may move it meanwhile; what is read stays whole.
public struct TaskView: Sendable {
  public let place: TaskPlace
  private let file: TaskFile

  fileprivate init(_ file: TaskFile, at place: TaskPlace) {
    self.file = file
    self.place = place
  }

  /// Bytes of the whole file.
  public var size: Int { file.size }

  /// When the file was written: of a name that is not the responder's, the next best to its arrival.
  public var written: Date { file.written }

  /// What the document says about itself; nil where the file is no task document.
  public var header: TaskHeader? { TaskHeader(file) }

  /// The sender's exact bytes.
  ///
  /// - Throws: also where length or hash are not what the document says.
  public func body() throws(TaskBodyError) -> [UInt8] { try TaskBody.read(file) }
}

extension TaskSpool {
  /// Opens a task's file for reading.
  ///
  /// - Returns: nil if it is gone.
  public func view(_ place: TaskPlace) throws(TaskSpoolError) -> TaskView? {
    try open(place).map { TaskView($0, at: place) }
  }
}
