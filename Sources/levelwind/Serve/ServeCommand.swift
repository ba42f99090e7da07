import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Spooling

/// `levelwind serve`: the responder.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Receives deliveries from the web server and spools them.",
    discussion: """
      Takes its socket from systemd (LISTEN_FDS), or makes one. SIGHUP loads the configuration \
      again. After SIGTERM it finishes the deliveries that it has begun with, and ends. It logs to \
      the journal under systemd. Elsewhere it logs to standard error, one JSON object a line. Exit \
      75 if another responder works on the same state directory.
      """)

  @OptionGroup var configuration: ConfigurationOptions
  @Option(
    help: ArgumentHelp(
      "The FastCGI socket to make, if systemd passes none.", valueName: "path"))
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
