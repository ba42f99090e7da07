import Foundation

extension Rule {
  /// What most rules can't do.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    throw Unsignable("no example can be signed for this check, only the sender can: \(words)")
  }
}

extension [Secret] {
  /// The secret that examples are signed with: the first that is in use.
  func forSigning(at now: Date) throws(Unsignable) -> Secret {
    guard let secret = first(where: { $0.isUsable(at: now) }) else {
      throw Unsignable("there is no secret that is in use")
    }
    return secret
  }
}

extension SecretHeader {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    request.headers.set(header, Array(prefix.utf8) + (try secrets.forSigning(at: now)).bytes)
    return request
  }
}

extension BasicAuth {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    let pair = Base64.encode(try secrets.forSigning(at: now).bytes)
    request.headers.set("Authorization", Array("Basic ".utf8) + pair)
    return request
  }
}

extension QueryToken {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    let secret = try secrets.forSigning(at: now)
    let lead = request.query.isEmpty ? "" : "&"
    request.query += Array("\(lead)\(parameter)=".utf8) + FormFields.encode(secret.bytes)
    return request
  }
}

extension BodyField {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    guard var value = JSONQuoting.quote(try secrets.forSigning(at: now).bytes) else {
      throw Unsignable("the secret is no text, as it would have to be in JSON")
    }
    for step in path.steps.reversed() {
      switch step {
      case .member(let name):
        let quoted = JSONQuoting.quote(Array(name.utf8)) ?? []
        value = Array("{".utf8) + quoted + Array(":".utf8) + value + Array("}".utf8)
      case .each, .index(0): value = Array("[".utf8) + value + Array("]".utf8)
      case .index:
        throw Unsignable("no example can be made with a secret at \(path.text)")
      }
    }
    request.body = value
    return request
  }
}

extension AnyOf {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    try rules.firstSigned(request, at: now)
  }
}

extension FirstAddressed {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    try rules.firstSigned(request, at: now)
  }
}

extension [any Rule] {
  /// The request as the first of them signs it that can.
  fileprivate func firstSigned(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var failure: Unsignable?
    for rule in self {
      do throws(Unsignable) {
        return try rule.signed(request, at: now)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? Unsignable("there is no rule to sign for")
  }
}

// What these look at isn't the sender's to sign: the example is left as it is.

extension Addresses {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}

extension PatternMatch {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}

extension ContentTypes {
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}
