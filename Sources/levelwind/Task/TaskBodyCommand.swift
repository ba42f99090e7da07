import ArgumentParser
import FoundationEssentials
import Spooling

/// `levelwind task body`: a task's body, as the sender sent it.
struct TaskBodyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "body", abstract: "Writes a task's body, byte for byte as it was sent.",
    discussion: """
      Checks the body against the length and the SHA-256 hash in the task. Exit 1, and nothing is \
      written, if they differ.
      """)

  @OptionGroup var task: TaskOptions

  func run() throws {
    let (view, _) = try task.view()
    do throws(TaskBodyError) {
      var output = Output()
      output.append(try view.body())
      output.flush()
    } catch {
      throw ExitCode.because(1, "\(view.place.path): \(error)")
    }
  }
}
