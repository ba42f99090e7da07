import Foundation

/// An HTTPS server on loopback. Its certificate is for a name on the internet, and its own
/// authority.
final class SecureServer {
  private let folder: Folder
  private let child: Child
  let port: Int
  /// The file in PEM with the certificate to trust.
  var trust: String { folder("cert.pem").path }
  /// The address to connect to.
  var address: String { "127.0.0.1:\(port)" }
  /// The requests, in order: the target with the Host header, `sns… /a.pem`, followed by the body
  /// of a POST and the Authorization header.
  var requests: [String] {
    folder.text("requests").split(separator: "\n").map(String.init)
  }

  /// Starts a server. `host` is the name in its certificate, and `files` are the answers, by path.
  /// The certificate of an expired server was good for two days, until three days ago.
  init(for host: String, _ files: [String: String] = [:], isExpired: Bool = false) throws {
    folder = try Folder(named: "https")
    let made = try Tool.run(
      isExpired ? "faketime" : "openssl",
      (isExpired ? ["5 days ago", "openssl"] : [])
        + ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-days", "2", "-subj", "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)"]
        + ["-keyout", folder("key.pem").path, "-out", folder("cert.pem").path])
    guard made.status == 0 else { throw NotYet(description: made.errors) }
    for (path, text) in files { try folder.write(text, to: "files\(path)") }
    try folder.write(Self.script, to: "server.py")
    child = try Child(
      "python3", [folder("server.py").path, folder.path], log: folder("server.log"))
    let folder = folder
    try until("the server listens") { !folder.text("port").isEmpty }
    port = Int(folder.text("port")) ?? 0
  }

  func write(_ text: String, to path: String) throws { try folder.write(text, to: "files\(path)") }

  func stop() {
    child.stop()
    folder.remove()
  }

  private static let script = """
    import http.server, os, ssl, sys, time
    folder = sys.argv[1]
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        def do_GET(self):
            sent = self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()
            words = [self.headers['Host'], self.path, sent, self.headers['Authorization']]
            with open(folder + '/requests', 'a') as file:
                file.write(' '.join(word for word in words if word) + '\\n')
            path = folder + '/files' + self.path.split('?')[0]
            if self.path == '/redirect':
                self.answer(302, b'', {'Location': '/moved'})
            elif self.path == '/hang':
                time.sleep(30)
            elif self.path == '/endless':
                self.send_response(200)
                self.send_header('Connection', 'close')
                self.end_headers()
                while True: self.wfile.write(b'x' * 65536)
            elif self.path == '/short':
                self.send_response(200)
                self.send_header('Content-Length', '100')
                self.end_headers()
                self.wfile.write(b'short')
                self.close_connection = True
            elif os.path.isfile(path):
                self.answer(200, open(path, 'rb').read(), {})
            else:
                self.answer(404, b'', {})
        do_POST = do_GET
        def answer(self, status, body, headers):
            self.send_response(status)
            for name in headers: self.send_header(name, headers[name])
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + '/cert.pem', folder + '/key.pem')
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(folder + '/port.new', 'w') as file: file.write(str(server.server_port))
    os.rename(folder + '/port.new', folder + '/port')
    server.serve_forever()
    """
}
