import Foundation
import Testing

extension Folder {
  /// Makes a certificate for `localhost` that signs itself, `NAME.crt` with the key `NAME.key`. Its
  /// two days begin at `start`, in faketime's words. The key is for its owner alone.
  func makeCertificate(
    _ name: String, start: String = "1 minute ago", owner: String? = nil
  ) throws {
    let (certificate, key) = (self("\(name).crt").path, self("\(name).key").path)
    let made = try Tool.run(
      "faketime",
      [start, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"]
        + ["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate])
    try #require(made.status == 0, "\(made.errors)")
    if let owner, geteuid() == 0 { _ = try Tool.run("chown", [owner, key]) }
    _ = try Tool.run("chmod", ["0600", key])
  }
}
