import Foundation
import Testing

@testable import Harness

/// The messages to systemd, received by a socket that stands in for it.
@Suite(.showingLogs) struct WatchdogTests {
  /// Receives datagrams, and prints each as a line.
  private static let receiver = """
    import socket, sys
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(sys.argv[1])
    while True:
      print(notify.recv(65536).decode().replace("\\n", " "), flush=True)
    """

  @Test func `systemd is told that the responder is ready, loads anew, is alive, and how it is`()
    throws
  {
    try Site.open { site in
      site.stop()
      let place = site.folder("run/notify").path
      let receiver = try Child(
        "python3", ["-c", Self.receiver, place], log: site.folder("log/notify.log"))
      defer { receiver.stop() }
      try until("the socket is there") { FileManager.default.fileExists(atPath: place) }
      let responder = try Child(
        "NOTIFY_SOCKET=\(place)",
        [
          "WATCHDOG_USEC=400000", Site.levelwind, "serve", "--config", site.configuration,
          "--socket", site.socket,
        ], log: site.folder("log/responder.log"))
      defer { responder.stop() }
      func said(_ words: String) -> Int {
        site.folder.text("log/notify.log").split(separator: "\n")
          .count { $0.contains(words) }
      }
      try until("it is ready") { said("READY=1") == 1 }
      // The messages don't wait for a disk, so they are more frequent than writes.
      try until("it is alive") { said("WATCHDOG=1") >= 5 }
      #expect(said("STATUS=4 webhooks, 0 deliveries, 0 refused, newest never") >= 1)
      #expect(try site.deliver().status == 200)
      try until("the delivery shows") {
        said("STATUS=4 webhooks, 1 delivery, 0 refused, newest 2") >= 1
      }
      #expect(said("RELOADING=1") == 0)
      responder.send(SIGHUP)
      try until("it has loaded anew") { said("RELOADING=1") == 1 && said("READY=1") == 2 }
      // A stopped responder is not alive, but what it said before may be on its way.
      responder.send(SIGSTOP)
      let before = said("WATCHDOG=1")
      let stopped = ContinuousClock.now
      try until("two more would be due") { .now - stopped >= .milliseconds(400) }
      #expect(said("WATCHDOG=1") <= before + 1)
      responder.send(SIGCONT)
      try until("it is alive again") { said("WATCHDOG=1") > before + 1 }
      responder.send(SIGTERM)
      #expect(responder.wait() == 0)
      #expect(said("STOPPING=1") == 1)
    }
  }
}
