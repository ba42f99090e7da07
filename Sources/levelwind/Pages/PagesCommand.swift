import ArgumentParser
import Bytes
import Dispatch
import FastCGI
import Glibc
import Pages
import Serving

/// `levelwind pages`.
struct PagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pages", abstract: "Switches the pages on and off, and says who may use them.",
    discussion: """
      The pages show webhooks, deliveries, tasks and status in a browser. Nothing of them is \
      reachable until they are enabled: levelwind-pages(7).
      """,
    subcommands: [
      PagesEnableCommand.self, PagesDisableCommand.self, PagesUserCommand.self,
      PagesServeCommand.self,
    ])
}

/// `levelwind pages serve`: the process that faces the browser, which systemd starts.
struct PagesServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answers the requests for pages. systemd starts it.",
    discussion: """
      Takes requests over FastCGI from the web server, which says in LEVELWIND_USER who asks, and \
      asks `levelwind administer` what to show, and `levelwind configure` to change files. It opens no file, has no network and runs no \
      program.
      """, shouldDisplay: false)

  @OptionGroup var service: PageServiceOptions
  @Option(
    help: ArgumentHelp("The FastCGI socket to make, if systemd passes none.", valueName: "path"))
  var socket = "/run/levelwind-pages/pages.sock"
  @Option(help: ArgumentHelp("The socket of levelwind administer.", valueName: "path"))
  var administer = PageServiceOptions.helper
  @Option(help: ArgumentHelp("The socket of levelwind configure.", valueName: "path"))
  var configure = PageServiceOptions.configure

  func run() throws {
    let signals = Signals()
    let service: PagesService
    do throws(SocketError) {
      service = try PagesService(
        try makeSocket(), administer: administer, configure: configure)
      try service.start()
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
    let end = DispatchSemaphore(value: 0)
    NamedThread.start("signals") {
      var signals = signals
      while signals.next() == SIGHUP {}
      end.signal()
    }
    var seen = service.requests
    let pause = self.service.idle.map { DispatchTimeInterval($0.duration) }
    while end.wait(timeout: pause.map { .now() + $0 } ?? .distantFuture) == .timedOut {
      if service.requests == seen, !service.isBusy { break }
      seen = service.requests
    }
    service.stop()
  }

  private func makeSocket() throws(SocketError) -> ListeningSocket {
    if let handed = try ListeningSocket.handedOver() { return handed }
    return try ListeningSocket.make(path: socket)
  }
}
