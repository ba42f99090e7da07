import Foundation
import Testing

@testable import Harness

/// Keys that senders publish. A delivery wants one, the command fetches it, and the responder finds
/// it.
@Suite(.showingLogs) struct KeysTests {
  private static let host = "sns.eu-west-1.amazonaws.com"
  private static let url = "https://\(host)/SimpleNotificationService-0123abcd.pem"
  private static let topic = "arn:aws:sns:eu-west-1:123456789012:orders"

  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/orders.yaml": """
    incoming: stock
    pre_processors:
      - {type: sender, sender: aws-sns, topics: ["\(topic)"]}
    """,
    "webhooks/other.yaml": """
    incoming: stock
    pre_processors:
      - {type: header, name: X-Secret, secrets: [{secret: other}]}
    """,
    "secrets/other": "s3cret",
  ]

  /// A message signed like SNS's, under a certificate of the test's own.
  private struct Notification {
    let folder: Folder

    /// Makes a key and a certificate.
    init(_ folder: Folder) throws {
      self.folder = folder
      let made = try Tool.run(
        "openssl",
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sns"]
          + ["-keyout", folder("sns.key").path, "-out", folder("sns.pem").path])
      try #require(made.status == 0, "\(made.errors)")
    }

    var certificate: String { folder.text("sns.pem") }

    /// Returns a signed message. `url` is the URL that the message names for its certificate.
    func body(_ id: String, at url: String = KeysTests.url) throws -> [UInt8] {
      let fields = [
        ("Message", "hello"), ("MessageId", id), ("Timestamp", "2026-11-24T00:00:00.000Z"),
        ("TopicArn", KeysTests.topic), ("Type", "Notification"),
      ]
      let text = fields.map { "\($0.0)\n\($0.1)\n" }.joined()
      let signed = try Tool.run(
        "openssl", ["dgst", "-sha256", "-sign", folder("sns.key").path], input: Array(text.utf8))
      var message = Dictionary(uniqueKeysWithValues: fields)
      message["SignatureVersion"] = "2"
      message["Signature"] = Data(signed.output).base64EncodedString()
      message["SigningCertURL"] = url
      return Array(try JSONSerialization.data(withJSONObject: message))
    }
  }

  private func refresh(_ site: Site, _ server: SecureServer, _ more: String...) throws
    -> Tool.Result
  {
    try Tool.run(
      Site.levelwind,
      ["keys", "refresh", "--ca-file", server.trust, "--via", server.address]
        + ["--config", site.configuration] + more)
  }

  private func wanted(_ site: Site) -> [String] { site.folder.names(in: "state/keys/wanted") }

  @Test func `a key that is wanted is fetched, and found without a reload`() throws {
    let server = try SecureServer(for: Self.host)
    defer { server.stop() }
    try Site.open(Self.files) { site in
      let notification = try Notification(site.folder)
      let first = try site.post("/webhook/orders", notification.body("1"))
      #expect(first.status == 503)
      #expect(first["retry-after"] != nil)
      try until("the key is noted") { wanted(site).count == 1 }
      // The key is noted once, though the delivery is refused again.
      #expect(try site.post("/webhook/orders", notification.body("1")).status == 503)
      #expect(wanted(site).count == 1)

      let failed = try refresh(site, server)
      #expect(failed.status == 1)
      #expect(failed.errors.contains("\(Self.url): answered 404"))
      #expect(wanted(site).isEmpty)
      #expect(site.tasks().isEmpty)

      try site.folder.write(
        #"{"url":"\#(Self.url)","webhook":"orders"}"#, to: "state/keys/wanted/again.json")
      try server.write(notification.certificate, to: "/SimpleNotificationService-0123abcd.pem")
      let asked = server.requests.count
      let passed = try refresh(site, server)
      #expect(passed.status == 0, "\(passed.errors)")
      #expect(passed.text.hasPrefix("1 wanted key was invalid less than an hour ago"))
      #expect(server.requests.count == asked)
      let fetched = try refresh(site, server, "--all")
      #expect(fetched.status == 0, "\(fetched.errors)")
      #expect(fetched.text == "\(Self.url): 1 keys\n")
      #expect(server.requests.last == "\(Self.host) /SimpleNotificationService-0123abcd.pem")
      try until("the responder sees it") {
        try site.post("/webhook/orders", notification.body("2")).status == 200
      }
      #expect(try site.onlyTask()["senderdelivery"] as? String == "2")

      // The key is there after a restart, and for explain.
      site.stop()
      try site.start()
      #expect(try site.post("/webhook/orders", notification.body("3")).status == 200)
    }
  }

  @Test func `a certificate that isn't trusted is told with the option that mends it`() throws {
    let remedy = "--ca-file FILE trusts a certificate authority of your own\n"
    let server = try SecureServer(for: Self.host)
    defer { server.stop() }
    try Site.open(Self.files) { site in
      func refresh(_ more: String...) throws -> Tool.Result {
        try site.command(["keys", "refresh", "--via", server.address] + more)
      }
      try site.folder.write(
        #"{"url":"\#(Self.url)","webhook":"orders"}"#, to: "state/keys/wanted/a.json")
      let key = try refresh()
      #expect(key.status == 1)
      #expect(key.errors.hasPrefix("\(Self.url): the certificate of \(Self.host) is not trusted"))
      #expect(key.errors.hasSuffix(remedy), "\(key.errors)")

      try site.folder.write(
        "incoming: stock\npre_processors: [{type: sender, sender: ebay}]\n",
        to: "etc/webhooks/orders.yaml")
      try site.folder.write(
        "{\"url\":\"https://api.ebay.com/commerce/notification/v1/public_key/a\",\"webhook\":\"orders\"}",
        to: "state/keys/wanted/b.json")
      try site.folder.write("app:cert\n", to: "login")
      let login = try refresh("--login", "ebay=\(site.folder("login").path)")
      #expect(login.errors.contains("the login at ebay: the certificate of api.ebay.com is not"))
      #expect(login.errors.hasSuffix(remedy), "\(login.errors)")
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `nothing is fetched but from the sender's hosts, and only keys are kept`()
    throws
  {
    let server = try SecureServer(
      for: Self.host, ["/SimpleNotificationService-0123abcd.pem": "no key"])
    defer { server.stop() }
    try Site.open(Self.files) { site in
      let evil = "https://evil.example.org/SimpleNotificationService-0123abcd.pem"
      let notification = try Notification(site.folder)
      #expect(try site.post("/webhook/orders", notification.body("1", at: evil)).status == 401)
      for (name, url) in [("a", evil), ("b", Self.url), ("c", "file:///etc/passwd")] {
        try site.folder.write(
          #"{"url":"\#(url)","webhook":"orders"}"#, to: "state/keys/wanted/\(name).json")
      }
      let result = try refresh(site, server)
      #expect(result.status == 1)
      #expect(result.errors.contains("\(evil): wanted by orders, but not on a host of its sender"))
      #expect(result.errors.contains("file:///etc/passwd: wanted by orders, but not on"))
      #expect(result.errors.contains("\(Self.url): this isn't an Ed25519"))
      #expect(server.requests == ["\(Self.host) /SimpleNotificationService-0123abcd.pem"])
      #expect(site.folder.names(in: "state/keys").filter { $0.hasSuffix(".json") } == [])
    }
  }

  @Test func `where keys are behind a login, it logs in once, and says what is missing`() throws {
    let key = "/commerce/notification/v1/public_key/"
    let server = try SecureServer(
      for: "api.ebay.com",
      [
        "/identity/v1/oauth2/token": #"{"access_token":"v^1.1#i^1","expires_in":7200}"#,
        key + "one": #"{"algorithm":"ECDSA","digest":"SHA1","key":"\#(try Self.publicKey())"}"#,
      ])
    defer { server.stop() }
    var files = Self.files
    files["webhooks/orders.yaml"] = """
      incoming: stock
      pre_processors: [{type: sender, sender: ebay}]
      """
    files["levelwind.yaml"] = "base_url: https://hooks.example.org\n"
    try Site.open(files) { site in
      func wanted(_ name: String) throws {
        _ = try site.folder.write(
          #"{"url":"https://api.ebay.com\#(key)\#(name)","webhook":"orders"}"#,
          to: "state/keys/wanted/\(name).json")
      }
      try wanted("one")
      let unknown = try refresh(site, server)
      #expect(unknown.status == 1)
      #expect(unknown.errors.contains("--login ebay=FILE"))
      #expect(server.requests.isEmpty)

      try site.folder.write("app:cert\n", to: "login")
      try wanted("one")
      try wanted("two")
      let result = try refresh(site, server, "--login", "ebay=\(site.folder("login").path)")
      #expect(result.status == 1)
      #expect(result.text == "https://api.ebay.com\(key)one: 1 keys\n")
      #expect(result.errors == "https://api.ebay.com\(key)two: answered 404\n")
      #expect(!"\(result.text)\(result.errors)".contains("cert\n"))
      let basic = Data("app:cert".utf8).base64EncodedString()
      let scope = "https%3a%2f%2fapi.ebay.com%2foauth%2fapi_scope"
      #expect(server.requests.count == 3)
      #expect(
        server.requests.first
          == "api.ebay.com /identity/v1/oauth2/token grant_type=client_credentials&scope=\(scope) "
          + "Basic \(basic)")
      #expect(server.requests.dropFirst().allSatisfy { $0.hasSuffix(" Bearer v^1.1#i^1") })

      try server.write("{}", to: "/identity/v1/oauth2/token")
      try wanted("three")
      let refused = try refresh(site, server, "--login", "ebay=\(site.folder("login").path)")
      #expect(refused.errors.contains("ebay answered the login without a token"))
    }
  }

  /// Returns a key on one line, as eBay publishes it.
  private static func publicKey() throws -> String {
    let made = try Tool.run(
      "sh", ["-c", "openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout"])
    return made.text.split(separator: "\n").joined()
  }

  @Test func `secrets are not read, and without wants nothing is asked for`() throws {
    let server = try SecureServer(for: Self.host)
    defer { server.stop() }
    try Site.open(Self.files) { site in
      try FileManager.default.removeItem(at: site.folder("etc/secrets"))
      let result = try refresh(site, server)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.text.isEmpty && server.requests.isEmpty)
    }
  }
}
