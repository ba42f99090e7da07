import FastCGI
import Glibc

/// A responder that reads each delivery, stores nothing and answers 200. It shows the most that
/// nginx, TLS and libfcgi allow, for `Tests/Tools/bench`. Its argument is the path of the socket to
/// make.
@main
enum AnswerOnly {
  private static let answer = Array(
    #"{"id":"00000000-0000-7000-8000-000000000000","tasks":0}"#.utf8)

  static func main() throws {
    guard CommandLine.arguments.count == 2 else {
      print("usage: answer-only SOCKET")
      exit(64)
    }
    // Signals are blocked before the first thread starts, so that this thread alone waits for them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let listener = try Listener(socket: .make(path: CommandLine.arguments[1]), threads: 64)
    try listener.run { (exchange: consuming Exchange) in
      let isWhole = (try? exchange.readBody(limit: 16 << 20)) != nil
      _ = try? exchange.reply(
        status: isWhole ? 200 : 400, headers: [("Content-Type", "application/json")],
        body: isWhole ? answer : [])
    }
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    _ = listener.stop(grace: .zero, deadline: .seconds(5))
  }
}
