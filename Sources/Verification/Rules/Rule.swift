import Foundation

/// What looks at one request and says whether its sender proved who it is.
///
/// A rule is a value: it holds its options, reads the request and the clock that it is given, and
/// nothing else. No reason that it gives contains a secret or an expected signature.
public protocol Rule: Sendable {
  /// Lets the request pass, with what was learned of it.
  ///
  /// - Parameter now: the moment at which it is decided.
  /// - Throws: a `Refusal`, if the rule does not hold.
  func verify(_ request: Request, at now: Date) throws(Refusal) -> Proof

  /// The request as the rule's sender would send it, so that the rule holds: for examples alone.
  ///
  /// - Parameter now: the moment that it is signed at.
  /// - Throws: why there can be no such example; most rules have none.
  func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request

  /// The secret that a request is right for which the rule refuses, because that secret has ended; nil by
  /// default, and where it is right for none.
  func endedSecret(of request: Request, at now: Date) -> EndedSecret?

  /// Whether the request brings anything at all of what this rule looks at; true by default.
  func isAddressed(by request: Request) -> Bool

  /// The headers, in lower case, in which this rule looks for a secret: whatever the outcome,
  /// they belong in no task, no log and no kept refusal. None by default.
  var secretHeaders: Set<String> { get }

  /// The query parameters in which this rule looks for a secret, likewise.
  var secretParameters: Set<String> { get }

  /// The places in a JSON body in which this rule looks for a secret, likewise.
  var secretPaths: [JSONPath] { get }

  /// What the rule checks, in a sentence or two for an administrator; no secret is in it.
  var words: String { get }

  /// What is wrong with the options, so that nothing, or less than was meant, could ever pass:
  /// for `check` to report. Nothing by default.
  var misconfigurations: [Misconfiguration] { get }
}

extension Rule {
  public func endedSecret(of request: Request, at now: Date) -> EndedSecret? { nil }
  public func isAddressed(by request: Request) -> Bool { true }
  public var secretHeaders: Set<String> { [] }
  public var secretParameters: Set<String> { [] }
  public var secretPaths: [JSONPath] { [] }
  public var misconfigurations: [Misconfiguration] { [] }
}
