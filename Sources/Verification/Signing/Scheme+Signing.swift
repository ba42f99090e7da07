import Bytes
import FoundationEssentials
import Glibc

extension URLAndForm {
  /// Signs the request. A JSON body is replaced by a form.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    var request = request.asForm
    let message: SignedPieces
    do throws(Rejection) {
      let query = request.query.isEmpty ? [] : [UInt8(ascii: "?")] + request.query
      message = [(try request.registeredURL() + query)[...]] + (try fields(of: request))
    } catch {
      throw Unsignable(error.reason)
    }
    let code = HashName.sha1.authenticationCode(of: message, key: secret.bytes)
    request.headers.set(header, Base64.encode(code))
    return request
  }
}

extension PlivoRequest {
  /// Signs the request. A JSON body is replaced by a form.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    var request = request.asForm
    request.headers.set(Self.nonce, Array(String(Int(now.timeIntervalSince1970 * 1000)).utf8))
    let message: SignedPieces
    do throws(Rejection) {
      message = try self.message(of: request)
    } catch {
      throw Unsignable(error.reason)
    }
    let code = HashName.sha256.authenticationCode(of: message, key: secret.bytes)
    request.headers.set(Self.headers[0], Base64.encode(code))
    return request
  }
}

extension Request {
  /// The request as a form. A JSON body is replaced by one.
  fileprivate var asForm: Request {
    var request = self
    request.headers.set("Content-Type", Array("application/x-www-form-urlencoded".utf8))
    if body.first == UInt8(ascii: "{") {
      request.body = Array("Body=levelwind+test".utf8)
    }
    return request
  }
}

extension ContentfulRequest {
  /// Sets the timestamp, the list of the two signed headers, and the signature.
  ///
  /// - Throws: `Unsignable` if no secret is in use.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    var request = request
    let stamp = String(Int(now.timeIntervalSince1970 * 1000))
    request.headers.set("x-contentful-timestamp", Array(stamp.utf8))
    request.headers.set(
      "x-contentful-signed-headers",
      Array("x-contentful-signed-headers,x-contentful-timestamp".utf8))
    let message: SignedPieces
    do throws(Rejection) {
      message = try self.message(of: request)
    } catch {
      throw Unsignable(error.reason)
    }
    let code = HashName.sha256.authenticationCode(of: message, key: secret.bytes)
    request.headers.set("x-contentful-signature", Hex.encode(code))
    return request
  }
}

extension VippsRequest {
  /// Sets the date, the body's hash, and the signature.
  ///
  /// - Throws: `Unsignable` if no secret is in use, or no public URL is configured.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    request.headers.set("x-ms-date", Array(Self.date(now).utf8))
    let digest = HashName.sha256.digest(of: request.body)
    request.headers.set("x-ms-content-sha256", Base64.encode(digest))
    request = try signature.signed(request, at: now)
    let lead = Array("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&".utf8)
    let code = request.headers.values(of: "authorization").joined()
    request.headers.set("Authorization", lead + code)
    return request
  }

  /// Returns the moment in the format of HTTP (RFC 9110, 5.6.7).
  private static func date(_ now: Date) -> String {
    var seconds = time_t(now.timeIntervalSince1970)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      let count = strftime(text.baseAddress!, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
      return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

extension WorldpayEvent {
  /// Sets the header to one signature by the key id `1`.
  ///
  /// - Throws: `Unsignable` if no secret is in use.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    let secret = try secrets.forSigning(at: now)
    var request = request
    let code = HashName.sha256.authenticationCode(of: request.body, key: secret.bytes)
    request.headers.set(Self.header, Array("1/SHA256/".utf8) + Hex.encode(code))
    return request
  }
}

extension ConfiguredSender {
  /// Signs the request, and adds a delivery id and a kind of event if the sender has headers for
  /// them.
  public func signed(_ request: Request, at now: Date) throws(Unsignable) -> Request {
    var request = request
    if let header = sender.delivery?.headers.first, !request.headers.has(header) {
      request.headers.append(name: header, value: Array(UUID().uuidString.lowercased().utf8))
    }
    if let header = sender.event?.headers.first, !request.headers.has(header) {
      request.headers.append(name: header, value: Array("levelwind.test".utf8))
    }
    do throws(Unsignable) {
      return try rule.signed(request, at: now)
    } catch {
      throw Unsignable("\(sender.title): \(error.reason)")
    }
  }
}
