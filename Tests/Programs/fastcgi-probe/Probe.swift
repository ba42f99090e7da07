import FastCGI
import Glibc

/// A responder to try the listener with: `fastcgi-probe PATH-OR-DESCRIPTOR THREADS`.
///
/// For each request, it opens a file and reads the body. It answers 200 with the body's length, 413
/// to a body over 1 MiB, and 503 if it can't open a file. The path /refuse is refused with its body
/// unread, and /slow takes half a second. SIGTERM stops the responder.
@main
struct Probe {
  static func main() {
    do {
      try run()
    } catch {
      print(error)
      exit(1)
    }
  }

  private static func run() throws {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    let arguments = CommandLine.arguments
    guard arguments.count == 3, let threads = Int(arguments[2]) else { exit(64) }
    // Other inherited descriptors would disturb a test that counts open files.
    for descriptor in 3..<1_024 where "\(descriptor)" != arguments[1] { close(Int32(descriptor)) }
    let socket =
      if let descriptor = Int32(arguments[1]) {
        try ListeningSocket.adopt(descriptor)
      } else {
        try ListeningSocket.make(path: arguments[1], mode: 0o666)
      }
    let listener = try Listener(socket: socket, threads: threads)
    try listener.run { (exchange: consuming Exchange) in serve(exchange) }

    var signal: Int32 = 0
    sigwait(&signals, &signal)
    let isDone = listener.stop(grace: .milliseconds(500), deadline: .seconds(10))
    let counters = listener.counters
    print("requests \(counters.requests)", "acceptErrors \(counters.acceptErrors)", separator: "\n")
    exit(isDone ? 0 : 1)
  }

  private static func serve(_ exchange: borrowing Exchange) {
    do {
      try answer(exchange)
    } catch {
      print("no reply: \(error)")
    }
  }

  private static func answer(_ exchange: borrowing Exchange) throws(ReplyError) {
    let path = exchange.value(of: "REQUEST_URI") ?? []
    if path.starts(with: "/refuse".utf8) {
      try exchange.reply(status: 413, body: Array("refused".utf8))
      return
    }
    if path.starts(with: "/slow".utf8) { usleep(500_000) }
    let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      try exchange.reply(status: 503, headers: [("Retry-After", "1")])
      return
    }
    defer { close(file) }
    let body: [UInt8]
    do {
      body = try exchange.readBody(limit: 1 << 20)
    } catch .tooLarge {
      try exchange.reply(status: 413)
      return
    } catch {
      try exchange.reply(status: 400)
      return
    }
    try exchange.reply(
      status: 200, headers: [("Content-Type", "text/plain")], body: Array("\(body.count)".utf8))
  }
}
