import Foundation

/// What files of the configuration refer to, while they are read.
struct Surroundings: Sendable {
  /// The configuration's folder, an absolute path: relative paths count from here.
  var folder: String
  /// The incoming configurations that there are, broken ones too.
  var incoming: Set<Identifier> = []
  var credentials: Credentials = .none
  /// Files that are taken for there, or for gone.
  var drafts = Drafts()
  /// Whether warnings tell of secrets that look as if they were not what was meant.
  var questionsSecrets = false
  /// The secrets whose files are read; the values of others count as unknown.
  var reads: Set<SecretUse> = [.sender]
  /// `base_url` of the settings.
  var baseURL: String?
  /// The moment of loading: secrets past their `not_after` are reported.
  var now: Date
}
