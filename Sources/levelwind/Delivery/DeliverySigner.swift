import ArgumentParser
import FoundationEssentials
import Glibc
import Verification
import Webhooks

/// Signs deliveries anew, as of now, as their senders would.
struct DeliverySigner {
  private let snapshot: Snapshot
  /// The webhook that signs all deliveries; nil if each is signed by its own.
  private let webhook: Identifier?

  /// Signs with the first secret in use of each delivery's webhook, or with the one in a file in
  /// its place.
  ///
  /// - Throws: exit code 1 if the configuration can't be used.
  init(_ configuration: ConfigurationOptions, secretFile: String?) throws {
    webhook = nil
    let plain = try configuration.snapshot()
    guard let secretFile else {
      snapshot = plain
      return
    }
    let secret: [UInt8]
    do { secret = try Input.read(secretFile, most: 64 << 10) } catch {
      throw ExitCode.because(1, "\(error)")
    }
    var drafts = Drafts()
    for entry in plain.webhooks.values {
      for name in entry.webhook?.secrets.compactMap(\.fileName) ?? [] {
        drafts.set("secrets/\(name)", to: secret)
      }
    }
    let loading = Snapshot.load(
      directory: configuration.directory, credentials: .unknown, now: Date(), drafts: drafts)
    snapshot = loading.snapshot ?? plain
  }

  /// Signs by a sender's preset, with the secret in a file and without a configuration.
  ///
  /// - Parameters:
  ///   - sender: the name of the preset.
  ///   - secretFile: the path of the file with the secret.
  ///   - url: the URL that senders that sign it sign.
  /// - Throws: exit code 1 if the preset needs more than a secret.
  init(sender: String, secretFile: String, url: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = secretFile.hasPrefix("/") ? secretFile : "\(Self.workingDirectory)/\(secretFile)"
    try folder.write([], to: "incoming/signed.yaml")
    try folder.write(
      Array(
        """
        incoming: signed
        public_url: "\(url)"
        pre_processors: [{type: sender, sender: \(sender), secrets: [{file: "\(file)"}]}]
        """.utf8), to: "webhooks/signed.yaml")
    let loading = Snapshot.load(directory: folder.path, credentials: .unknown, now: Date())
    guard let snapshot = loading.snapshot, let name = Identifier("signed"),
      case .ready = snapshot.webhooks[name]
    else {
      let problems = loading.problems.filter { $0.severity == .error }.map(\.message)
      throw ExitCode.because(1, "sender \(sender) can't sign: \(problems.joined(separator: "; "))")
    }
    (self.snapshot, webhook) = (snapshot, name)
  }

  private static var workingDirectory: String { FileManager.default.currentDirectoryPath }

  /// Returns the request with a new signature.
  func signed(_ request: Request, of identifier: String) throws -> Request {
    guard let name = webhook ?? Identifier(identifier),
      let webhook = snapshot.webhooks[name]?.webhook
    else {
      throw ExitCode.because(1, "webhook \(identifier), whose secret would sign, is not there")
    }
    do throws(Unsignable) {
      return try webhook.signingAnew(request, at: Date())
    } catch {
      throw ExitCode.because(1, error.reason)
    }
  }
}
