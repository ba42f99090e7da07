import ArgumentParser
import Foundation
import Glibc
import Serving
import Spooling
import Webhooks

/// `levelwind reload`: has the responder load its configuration.
struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Has the responder load the configuration anew.",
    discussion: """
      Waits until it did, and prints which files were refused: they keep their last good version.
      Exit 0 if there was no error, 1 if there was one, 75 if no responder is running.
      """)

  @OptionGroup var configuration: ConfigurationOptions

  func run() throws {
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date())
    // Also while levelwind.yaml is broken: the responder tells then, from where it was started.
    let state = (loading.snapshot?.settings ?? .defaults).state
    guard let before = StatusFile.read(state: state), (try? StateLock(state: state)) == nil else {
      throw ExitCode.because(
        75, "no responder is running on \(state); it reads the configuration when it starts")
    }
    guard kill(before.process, SIGHUP) == 0 else {
      throw ExitCode.because(
        1,
        "the responder, process \(before.process), can't be told: \(String(cString: strerror(errno)))"
      )
    }
    let after = try wait(for: before.generation + 1, state: state)
    for problem in after.problems { print(problem) }
    if after.problems.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
    print("loaded")
  }

  private func wait(for generation: Int, state: String) throws -> StatusFile {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if let status = StatusFile.read(state: state), status.generation >= generation {
        return status
      }
      usleep(20_000)
    }
    throw ExitCode.because(
      75, "the responder did not load the configuration within 30 seconds; see its log")
  }
}
