import Administration
import ArgumentParser
import Bytes
import FastCGI
import Glibc
import Serving

/// `levelwind configure`: the helper of the pages that changes files, which systemd starts.
struct ConfigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "configure",
    abstract: "Changes the configuration for the pages. systemd starts it.",
    discussion: """
      Takes questions from `levelwind pages serve` over a socket, decides by the roles in \
      levelwind.yaml who may change what, and changes the files in webhooks, incoming and secrets, \
      which belong to its user. It follows no link, and changes no program, file name, private \
      address or group: commands do that.
      """, shouldDisplay: false)

  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var service: PageServiceOptions
  @Option(help: ArgumentHelp("The socket to make, if systemd passes none.", valueName: "path"))
  var socket = PageServiceOptions.configure
  @Option(
    help: ArgumentHelp(
      "The file to make after a change. systemd then has the responder load it.",
      valueName: "path"))
  var flag = "/run/levelwind-configure/reload"

  func run() throws {
    let signals = Signals()
    let socket = try service.socket(at: socket)
    let questions = QuestionSocket(
      socket.descriptor, Configuring(directory: configuration.directory, flag: flag))
    NamedThread.start("signals") {
      var signals = signals
      while signals.next() == SIGHUP {}
      questions.stop()
    }
    questions.run(idle: service.idle?.duration)
    socket.retire()
  }
}
