import Bytes
import FoundationEssentials

extension Rule {
  /// Throws, because most schemes have no example that could be signed.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    throw Unsignable(
      "no example can be signed for this check, since only the sender can sign: \(words)")
  }
}

extension [Secret] {
  /// Returns the secret that examples are signed with: the first that is in use.
  func forSigning(at now: Date) throws(Unsignable) -> Secret {
    guard let secret = first(where: { $0.isUsable(at: now) }) else {
      throw Unsignable("there is no secret that is in use")
    }
    return secret
  }
}

extension SecretHeader {
  /// Sets the header to the prefix and the first usable secret.
  ///
  /// - Throws: `Unsignable` if no secret is in use.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    request.headers.set(header, Array(prefix.utf8) + (try secrets.forSigning(at: now)).bytes)
    return request
  }
}

extension BasicAuth {
  /// Sets the header Authorization to the first usable pair.
  ///
  /// - Throws: `Unsignable` if no secret is in use.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    let pair = Base64.encode(try secrets.forSigning(at: now).bytes)
    request.headers.set("Authorization", Array("Basic ".utf8) + pair)
    return request
  }
}

extension QueryToken {
  /// Appends the parameter with the first usable secret to the query.
  ///
  /// - Throws: `Unsignable` if no secret is in use.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    let secret = try secrets.forSigning(at: now)
    let lead = request.query.isEmpty ? "" : "&"
    request.query += Array("\(lead)\(parameter)=".utf8) + FormFields.encode(secret.bytes)
    return request
  }
}

extension BodyField {
  /// Replaces the body by JSON with the first usable secret at the path.
  ///
  /// - Throws: `Unsignable` if no secret is in use, the secret isn't UTF-8, or the path has an
  ///   index other than 0.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    guard var value = JSONQuoting.quote(try secrets.forSigning(at: now).bytes) else {
      throw Unsignable("the secret isn't text, so it can't stand in JSON")
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
  /// Signs for the first rule that can sign.
  ///
  /// - Throws: The first rule's reason if no rule can.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    try rules.firstSigned(request, at: now)
  }
}

extension FirstAddressed {
  /// Signs for the first rule that can sign.
  ///
  /// - Throws: The first rule's reason if no rule can.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    try rules.firstSigned(request, at: now)
  }
}

extension [any Rule] {
  /// Returns the request as the first rule that can sign it signs it.
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

// The sender can't sign what these rules check, so an example stays as it is.

extension Addresses {
  /// Returns the request unchanged: the web server observes its address.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}

extension PatternMatch {
  /// Returns the request unchanged.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}

extension ContentTypes {
  /// Returns the request unchanged.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request { request }
}
