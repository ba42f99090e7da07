import Foundation
import Testing

/// Senders that send to a machine until they are stopped, over kept TLS connections. The body of
/// each delivery has its own number.
struct SteadyLoad {
  /// What came of a delivery.
  struct Answer {
    /// The HTTP status; 0 for a delivery without an answer.
    let status: Int
    /// From the first byte sent to the whole answer.
    let waited: Duration
  }

  private let client: Child
  private let output: String
  private let machine: Machine

  /// Starts to send, with numbers from `first`. Each of the senders sends one delivery after the
  /// other.
  init(
    to machine: Machine, webhook: String, headers: [String], from first: Int = 0, senders: Int = 6
  ) throws {
    self.machine = machine
    output = "/root/load-\(first)"
    client = try machine.start(
      "python3",
      ["-c", Self.script, Machine.host, "/webhook/\(webhook)", output, "\(first)", "\(senders)"]
        + headers, log: "load-\(first).log")
  }

  /// The number of answers so far.
  var count: Int { machine.text(output).count { $0 == "\n" } }

  /// Waits for some more answers.
  func more(_ number: Int) throws {
    let before = count
    try until("\(number) more are answered", seconds: 60) {
      try #require(client.isRunning, "\(machine.folder.text("load.log"))")
      return count >= before + number
    }
  }

  /// Stops the senders, and waits for requests under way.
  ///
  /// - Returns: the answers by number.
  func stop() throws -> [Int: Answer] {
    try machine.write("", to: output + ".stop")
    try #require(client.wait(120) == 0, "the senders don't end")
    var answers: [Int: Answer] = [:]
    for line in machine.text(output).split(separator: "\n") {
      let fields = line.split(separator: " ").compactMap { Int($0) }
      guard fields.count == 3 else { continue }
      answers[fields[0]] = Answer(status: fields[1], waited: .milliseconds(fields[2]))
    }
    return answers
  }

  private static let script = """
    import http.client, itertools, json, os, ssl, sys, threading, time

    host, target, output, first, senders, *headers = sys.argv[1:]
    headers = {'Content-Type': 'application/json'} | dict(header.split(': ', 1) for header in headers)
    numbers, lock = itertools.count(int(first)), threading.Lock()
    context = ssl.create_default_context()
    log = open(output, 'w', buffering=1)

    def send():
        connection = None
        while not os.path.exists(output + '.stop'):
            with lock: number = next(numbers)
            status, since = 0, time.monotonic()
            try:
                connection = connection or http.client.HTTPSConnection(host, timeout=60, context=context)
                connection.request('POST', target, json.dumps({'number': number}), headers)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except Exception as error:
                print(number, repr(error), file=sys.stderr)
            if status == 0 or answer.will_close: connection = None
            waited = int(1000 * (time.monotonic() - since))
            with lock: log.write(f'{number} {status} {waited}\\n')

    threads = [threading.Thread(target=send) for _ in range(int(senders))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    """
}
