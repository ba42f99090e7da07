import ArgumentParser
import Spooling

/// One task of a spool, wherever it lies: for `show` and `body`.
struct TaskOptions: ParsableArguments {
  @OptionGroup var spool: SpoolOptions
  @Argument(help: "The id of the task or of its delivery, or how it begins.")
  var id: TaskID

  /// Opens its file for reading.
  func view() throws -> (view: TaskView, spool: TaskSpool) {
    let spool = try spool.open()
    do {
      // An importer may move it between the look and the opening.
      for _ in 1...5 {
        let place = try id.place(among: try spool.places(in: Set(TaskState.allCases)), of: spool)
        if let view = try spool.view(place) { return (view, spool) }
      }
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, "\(error)")
    }
    throw ExitCode.because(75, "the task is being moved")
  }
}
