import FoundationEssentials

/// A check of one request that says whether its sender proved who it is.
///
/// A rule is a value. It holds its options and reads nothing but the request and the clock that it
/// is given. No reason that it gives contains a secret or an expected signature.
public protocol Rule: Sendable {
  /// Lets the request pass and returns what was learned, or rejects it.
  ///
  /// - Parameters:
  ///   - request: The request to check.
  ///   - now: The moment of the decision.
  /// - Returns: The facts that the check proved.
  /// - Throws: A `Rejection` if the rule doesn't hold.
  func verify(_ request: Request, at now: Date) throws(Rejection) -> Proof

  /// Returns the request as the sender would sign it, so that the rule holds. It serves examples
  /// alone.
  ///
  /// - Parameters:
  ///   - request: The request to sign.
  ///   - now: The moment of the signature.
  /// - Returns: The signed request. Its body may be another one.
  /// - Throws: The reason why no example can be made. Most rules have none.
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request

  /// Returns the ended secret that this refused request is right for; nil, the default, if there
  /// isn't one.
  func endedSecret(of request: Request, at now: Date) -> EndedSecret?

  /// Returns whether the request holds anything that this rule checks; true by default.
  func isAddressed(by request: Request) -> Bool

  /// The headers, in lower case, in which this rule looks for a secret; none by default. Whatever
  /// the outcome, they must not get into a task, a log or a kept rejection.
  var secretHeaders: Set<String> { get }

  /// The query parameters in which this rule looks for a secret; none by default. They are kept out
  /// like `secretHeaders`.
  var secretParameters: Set<String> { get }

  /// The places in a JSON body in which this rule looks for a secret; none by default. They are
  /// kept out like `secretHeaders`.
  var secretPaths: [JSONPath] { get }

  /// A description of the check for an administrator, one or two sentences without any secret.
  var words: String { get }

  /// The errors in the options for `check` to report, with which nothing could pass, or less than
  /// was meant; none by default.
  var misconfigurations: [Misconfiguration] { get }
}

extension Rule {
  /// Returns nil: by default a rule has no secrets that end.
  public func endedSecret(of request: Request, at now: Date) -> EndedSecret? { nil }
  /// Returns true: by default every request holds something that the rule checks.
  public func isAddressed(by request: Request) -> Bool { true }
  /// No headers: by default a rule looks for no secret in them.
  public var secretHeaders: Set<String> { [] }
  /// No parameters: by default a rule looks for no secret in the query.
  public var secretParameters: Set<String> { [] }
  /// No paths: by default a rule looks for no secret in the body.
  public var secretPaths: [JSONPath] { [] }
  /// No errors: by default a rule has no options that could be wrong.
  public var misconfigurations: [Misconfiguration] { [] }
}
