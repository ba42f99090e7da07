import Administration
import ArgumentParser
import Bytes
import FastCGI
import Glibc
import Serving

/// `levelwind administer`: the helper of the pages, which systemd starts.
struct AdministerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "administer",
    abstract: "Answers the pages, and works on tasks for them. systemd starts it.",
    discussion: """
      Takes questions from `levelwind pages serve` over a socket, decides by the roles in \
      levelwind.yaml what a user may see and do, and reads spools, history, status and \
      configuration for it. It reads secrets to verify requests that an operator asks about, and \
      tells none.
      """, shouldDisplay: false)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var service: PageServiceOptions
  @Option(help: ArgumentHelp("The socket to make, if systemd passes none.", valueName: "path"))
  var socket = PageServiceOptions.helper

  func run() throws {
    let signals = Signals()
    let socket = try service.socket(at: socket)
    let questions = QuestionSocket(
      socket.descriptor, Administering(directory: configuration.directory))
    NamedThread.start("signals") {
      var signals = signals
      while signals.next() == SIGHUP {}
      questions.stop()
    }
    questions.run(idle: service.idle?.duration)
    socket.retire()
  }
}

/// The options of the processes behind the pages.
struct PageServiceOptions: ParsableArguments {
  /// The socket of `levelwind administer`.
  static let helper = "/run/levelwind-pages/administer.sock"
  /// The socket of `levelwind configure`.
  static let configure = "/run/levelwind-pages/configure.sock"

  @Option(help: "End after a time without a request; systemd starts it again with the next one.")
  var idle: Span?

  /// Returns systemd's socket, or makes one.
  func socket(at path: String) throws -> ListeningSocket {
    do {
      return try ListeningSocket.handedOver() ?? ListeningSocket.make(path: path)
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}
