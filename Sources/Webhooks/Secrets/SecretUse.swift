import FoundationEssentials
import Verification

/// The party that a secret is shared with. It decides which process reads the secret's file: the
/// responder reads those of senders, `levelwind postprocess` and `levelwind-relay` those of the
/// servers that they call. Neither side can read the other's files.
enum SecretUse: Sendable {
  /// The secret verifies the requests of a sender.
  case sender
  /// The secret is sent along to the server of a post-processor or a relay, or signs what is sent.
  case target

  /// The configuration's folder with one file for each secret.
  var folder: String {
    switch self {
    case .sender: "secrets"
    case .target: "outgoing-secrets"
    }
  }

  /// The words for the group that must be able to read the file.
  var reader: String {
    switch self {
    case .sender: "the responder's group"
    case .target: "the group levelwind-postprocess"
    }
  }
}

/// The places of secrets in a webhook's requests. Logs and kept requests don't show their values.
struct SecretPlaces: Sendable {
  /// Headers, in lower case, among them those that are secret in every request.
  var headers: Set = ["authorization", "cookie", "proxy-authorization"]
  /// Query parameters.
  var parameters: Set<String> = []
  /// Paths in JSON bodies.
  var paths: [JSONPath] = []
}

/// A secret or public key as a webhook's file names it. It never holds the value.
public struct NamedSecret: Sendable, Equatable {
  /// The key path of its list: `pre_processors[0].secrets`.
  public let path: String
  /// The place in that list, from 0.
  public let place: Int
  /// The name that the log uses when the secret matched.
  public let name: String
  /// The moment after which the secret no longer matches; nil for never.
  public let notAfter: Date?
  /// The name of the file in the configuration's folder `secrets`; nil if the value is elsewhere.
  public var fileName: String?
  /// The absolute path of the file; nil if the value is elsewhere.
  public var filePath: String?
  /// Whether the file may come later and doesn't exist yet. Until then, nothing is verified by it.
  public var isMissing = false
}

/// The values that secrets need while a file is read, and the secrets that were found in it.
struct SecretContext: ContextValue {
  var credentials: Credentials = .none
  /// The drafts that replace files on the disk.
  var drafts = Drafts()
  /// The uses whose secret files are read. The values of other secrets count as unknown.
  var reads: Set<SecretUse> = [.sender]
  /// Whether to warn about secrets that were probably not meant as they are.
  var questionsSecrets = false
  /// Whether another user reads the secrets: what this one can't read isn't a problem.
  var areOthers = false
  /// The moment of loading. Secrets past their `not_after` are reported.
  var now = Date.distantPast
  /// The secrets that were read so far, in the order of the file.
  var found: [NamedSecret] = []
  /// Whether the value of a secret is unknown here, and empty bytes stand for it: its file doesn't
  /// exist yet, isn't read or can't be read, or only the service has the credential.
  var hasUnknownSecrets = false
}

extension Context {
  /// The values that secrets need.
  var secrets: SecretContext {
    get { self[SecretContext.self] }
    set { self[SecretContext.self] = newValue }
  }
}

extension Reading {
  /// The secrets that were read so far, in the order of the file.
  var secrets: [NamedSecret] { context.secrets.found }

  /// Whether the value of a secret is unknown here.
  var hasUnknownSecrets: Bool { context.secrets.hasUnknownSecrets }
}
