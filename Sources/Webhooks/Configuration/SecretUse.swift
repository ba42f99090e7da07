/// Whom a secret is shared with, and so which process reads its file: the responder those of senders,
/// `levelwind postprocess` those of the servers that it calls. Neither sees the other's.
enum SecretUse: Sendable {
  /// It verifies what a sender sends.
  case sender
  /// It signs what a post-processor sends.
  case target

  /// The configuration's folder that holds one secret a file.
  var folder: String {
    switch self {
    case .sender: "secrets"
    case .target: "outgoing-secrets"
    }
  }

  /// Who has to be able to read it.
  var reader: String {
    switch self {
    case .sender: "the responder's group"
    case .target: "the group of levelwind postprocess"
    }
  }
}
