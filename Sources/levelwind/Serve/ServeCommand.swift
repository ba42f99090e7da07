import ArgumentParser
import Foundation
import Serving
import Spooling

/// `levelwind serve`: the responder.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Receives deliveries from the web server and spools them.",
    discussion: """
      Takes its socket from systemd (LISTEN_FDS), or makes one. SIGHUP loads the configuration \
      anew; SIGTERM finishes what was begun and ends. Logs to the journal under systemd, and \
      elsewhere one JSON object a line on standard error. Exits 75 if another responder works on \
      the same state.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "The FastCGI socket to make, where systemd hands none over.", valueName: "path"))
  var socket = "/run/levelwind/levelwind.sock"

  func run() throws {
    // Signals are blocked before the first thread starts, since threads inherit that. This thread
    // alone waits for them.
    var signals = Signals()
    let responder = try start()
    while signals.next() == SIGHUP { responder.reload() }
    responder.stop()
  }

  private func start() throws -> Responder {
    do {
      return try Responder(configuration: configuration.directory, socket: socket)
    } catch StateLockError.held(let path) {
      throw ExitCode.because(75, "another responder works on this state: \(path) is locked")
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}
