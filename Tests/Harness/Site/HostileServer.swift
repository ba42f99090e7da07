import Foundation

/// A server on loopback that answers as no server should. The path says how:
///
/// - `/drip`: a byte of its head every 20 ms, without an end;
/// - `/head`: header lines without an end; `/interim`: interim answers without an end;
/// - `/short`: fewer bytes than announced; `/lengths`: two lengths that differ;
/// - `/compressed`: a body in gzip that is a thousand times as long when it is decoded;
/// - `/close`: nothing; `/other`: the greeting of another protocol.
final class HostileServer {
  private let folder: Folder
  private let child: Child
  let port: Int

  init() throws {
    folder = try Folder(named: "hostile")
    try folder.write(Self.script, to: "server.py")
    child = try Child(
      "python3", [folder("server.py").path, folder.path], log: folder("server.log"))
    let folder = folder
    try until("the server listens") { !folder.text("port").isEmpty }
    port = Int(folder.text("port")) ?? 0
  }

  func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  func stop() {
    child.stop()
    folder.remove()
  }

  private static let script = """
    import gzip, os, socketserver, sys, time
    folder = sys.argv[1]
    bomb = gzip.compress(b'x' * 10_000_000)
    start = b'HTTP/1.1 200 OK\\r\\n'

    def answers(word):
        if word == 'drip':
            yield start
            while True:
                time.sleep(0.02)
                yield b'x'
        elif word == 'head':
            yield start
            while True: yield b'X-Line: ' + b'x' * 1000 + b'\\r\\n'
        elif word == 'interim':
            while True: yield b'HTTP/1.1 100 Continue\\r\\n\\r\\n'
        elif word == 'short':
            yield start + b'Content-Length: 100\\r\\n\\r\\nshort'
        elif word == 'lengths':
            yield start + b'Content-Length: 5\\r\\nContent-Length: 7\\r\\n\\r\\nlengths'
        elif word == 'compressed':
            yield start + b'Content-Encoding: gzip\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(bomb) + bomb
        elif word == 'other':
            yield b'SSH-2.0-OpenSSH_9.2\\r\\n'

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            word = self.rfile.readline().split(b' ')[1].decode()[1:]
            while self.rfile.readline().strip(): pass
            try:
                for bytes in answers(word): self.wfile.write(bytes)
            except OSError: pass

    class Server(socketserver.ThreadingTCPServer): daemon_threads = True
    server = Server(('127.0.0.1', 0), Handler)
    with open(folder + '/port.new', 'w') as file: file.write(str(server.server_address[1]))
    os.rename(folder + '/port.new', folder + '/port')
    server.serve_forever()
    """
}
