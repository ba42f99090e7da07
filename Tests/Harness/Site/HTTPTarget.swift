import Foundation

/// A server on loopback that post-processors send to. The path says how it answers:
///
/// - `/ok`: 200;
/// - `/answer/503`: that status; `/answer/429/7`: with `Retry-After: 7`;
/// - `/first/503/1`: the same for the first attempt at each record, and 200 from then on;
/// - `/gate`: 503 while `isDown`, and 200 otherwise;
/// - `/hang`: nothing, for a minute; `/redirect`: 302 to `/moved` here; `/endless`: 200 without an
///   end.
final class HTTPTarget {
  /// A request that the server received.
  struct Request: Decodable {
    let path: String
    let host: String
    /// The header `webhook-id`, or else `ce-id`; empty without both.
    let id: String
    let type: String
    let body: String
    /// Whether a signature is right for the secret, and its timestamp is within minutes of now.
    let isSigned: Bool
    /// The time of arrival, in seconds since 1970.
    let time: Double
    /// The headers, their names in lower case.
    let headers: [String: String]
    /// The port that the client sent from, which tells its connections apart.
    let clientPort: Int

    /// The record in the body.
    var record: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
  }

  /// The secret that signatures are verified with.
  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  private let folder: Folder
  private let child: Child
  let port: Int

  init() throws {
    folder = try Folder(named: "target")
    try folder.write(Self.script, to: "server.py")
    child = try Child(
      "python3", [folder("server.py").path, folder.path, Self.secret], log: folder("server.log"))
    let folder = folder
    try until("the target listens") { !folder.text("port").isEmpty }
    port = Int(folder.text("port")) ?? 0
  }

  /// Has `/gate` answer 503, or 200 again.
  func setDown(_ isDown: Bool) throws {
    if isDown {
      try folder.write("", to: "down")
    } else {
      try FileManager.default.removeItem(at: folder("down"))
    }
  }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// The requests, in the order of arrival.
  var requests: [Request] {
    folder.text("requests").split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Request.self, from: Data($0.utf8))
    }
  }

  func requests(_ path: String) -> [Request] { requests.filter { $0.path == path } }

  func stop() {
    child.stop()
    folder.remove()
  }

  private static let script = """
    import base64, hashlib, hmac, http.server, json, os, sys, threading, time
    folder, secret = sys.argv[1:]
    key = base64.b64decode(secret.removeprefix('whsec_'))
    lock = threading.Lock()
    seen = set()
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def signed(self, body):
            id, sent = self.headers.get('webhook-id', ''), self.headers.get('webhook-timestamp', '0')
            message = f'{id}.{sent}.'.encode() + body
            right = 'v1,' + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
            return right in self.headers.get('webhook-signature', '').split(' ') and \\
                abs(time.time() - int(sent)) < 300
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length']))
            id = self.headers.get('webhook-id') or self.headers.get('ce-id', '')
            with lock:
                first = (self.path, id) not in seen
                seen.add((self.path, id))
                with open(folder + '/requests', 'a') as file:
                    file.write(json.dumps({
                        'path': self.path, 'host': self.headers['Host'], 'id': id,
                        'type': self.headers['Content-Type'], 'body': body.decode(),
                        'isSigned': self.signed(body), 'time': time.time(),
                        'headers': {name.lower(): value for name, value in self.headers.items()},
                        'clientPort': self.client_address[1]}) + '\\n')
            word, *rest = self.path[1:].split('/')
            if word == 'gate' and os.path.exists(folder + '/down'):
                word, rest = 'answer', ['503']
            if word == 'hang':
                time.sleep(60)
            elif word == 'redirect':
                self.answer(302, {'Location': f'http://127.0.0.1:{self.server.server_port}/moved'})
            elif word == 'endless':
                self.send_response(200)
                self.send_header('Connection', 'close')
                self.end_headers()
                try:
                    while True: self.wfile.write(b'x' * 65536)
                except OSError: pass
            elif word == 'answer' or word == 'first' and first:
                self.answer(int(rest[0]), {'Retry-After': rest[1]} if len(rest) > 1 else {})
            else:
                self.answer(200, {})
        def do_GET(self): self.do_POST()
        def answer(self, status, headers):
            body = f'this is the answer {status}'.encode() if status != 204 else b''
            self.send_response(status)
            for name in headers: self.send_header(name, headers[name])
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *_): pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    with open(folder + '/port.new', 'w') as file: file.write(str(server.server_port))
    os.rename(folder + '/port.new', folder + '/port')
    server.serve_forever()
    """
}
