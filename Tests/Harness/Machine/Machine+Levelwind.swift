import Foundation
import Testing

/// Levelwind and nginx in a machine, as their packages install them.
extension Machine {
  /// The name for which the machine's nginx has a certificate. The machine resolves it to itself.
  static let host = "hooks.example.org"

  /// Copies a file into the machine.
  func copy(_ file: URL, to path: String) throws {
    try FileManager.default.copyItem(at: file, to: self.file(path))
  }

  /// Installs a package, by default this build's, or upgrades to it.
  ///
  /// - Returns: the output of dpkg and the package's scripts.
  @discardableResult
  func install(_ package: URL? = nil) throws -> String {
    let package = try package ?? DebianPackage.current()
    let copy = "/root/\(package.lastPathComponent)"
    if !FileManager.default.fileExists(atPath: file(copy).path) { try self.copy(package, to: copy) }
    // Indexing manual pages takes seconds, and no test reads them.
    return try shell("rm -f /var/lib/man-db/auto-update; dpkg --install \(copy) 2>&1")
  }

  /// Gives the machine a certificate for `host`.
  func certify() throws {
    try shell(
      """
      echo 127.0.0.1 \(Self.host) >>/etc/hosts
      mkdir -p /etc/letsencrypt/live/\(Self.host)
      cd /etc/letsencrypt/live/\(Self.host)
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj /CN=\(Self.host) -addext subjectAltName=DNS:\(Self.host) \
        -keyout privkey.pem -out fullchain.pem 2>/dev/null
      cp fullchain.pem /usr/local/share/ca-certificates/levelwind-test.crt
      update-ca-certificates >/dev/null 2>&1
      """)
  }

  /// Makes nginx receive webhooks with the site of the package, besides Debian's own files.
  func startNginx() throws {
    try certify()
    try shell(
      """
      cp /usr/share/levelwind/nginx/example.conf /etc/nginx/sites-available/levelwind
      ln -s ../sites-available/levelwind /etc/nginx/sites-enabled/
      rm -f /etc/nginx/sites-enabled/default
      [ -e /proc/net/if_inet6 ] || sed -i '/listen \\[::\\]/d' /etc/nginx/sites-available/levelwind
      systemctl start nginx
      """)
  }

  /// Sends one request with curl inside the machine, over TLS.
  func send(_ target: String, _ body: String? = nil, headers: [String] = []) throws -> Reply {
    var arguments = ["--silent", "--include", "--http1.1", "--max-time", "60"]
    for header in headers { arguments += ["--header", header] }
    if let body { arguments += ["--data-binary", body] }
    arguments.append("https://\(Self.host)\(target)")
    let result = try Tool.run(Self.script, ["--enter", initID, "curl"] + arguments)
    return Reply(message: result.output)
  }
}
