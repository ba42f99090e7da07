import FastCGI
import Glibc
import Verification
import Webhooks

/// A FastCGI request as the receiver sees it. Only standard CGI variables decide anything, so that any
/// web server will do; nginx's request id is passed on where it is there.
extension Exchange: Inbound {
  public var head: Request {
    var head = Request(method: "", path: [])
    var contentType: [UInt8] = []
    eachParameter { name, value in
      if name.begins(with: "HTTP_") {
        head.headers.append(name: Self.headerName(name.dropFirst(5)), value: Array(value))
      } else if name.isText("REQUEST_URI") {
        (head.path, head.query) = Self.split(Array(value))
      } else if name.isText("REQUEST_METHOD") {
        head.method = String(decoding: value, as: UTF8.self)
      } else if name.isText("REMOTE_ADDR") {
        head.remote = String(decoding: value, as: UTF8.self)
      } else if name.isText("CONTENT_TYPE") {
        contentType = Array(value)
      }
    }
    if !contentType.isEmpty, head.headers.values(of: "content-type").isEmpty {
      head.headers.append(name: "content-type", value: contentType)
    }
    head.clientCertificate = clientCertificate
    return head
  }

  /// What the web server says of the client's certificate, where it was told to pass it.
  private var clientCertificate: PresentedCertificate? {
    func text(_ name: StaticString) -> String {
      String(decoding: value(of: name) ?? [], as: UTF8.self)
    }
    let verification = text("SSL_CLIENT_VERIFY")
    return verification.isEmpty
      ? nil
      : PresentedCertificate(
        verification: verification, subject: text("SSL_CLIENT_S_DN"),
        issuer: text("SSL_CLIENT_I_DN"), fingerprint: text("SSL_CLIENT_FINGERPRINT"))
  }

  public var requestID: String? {
    value(of: "REQUEST_ID").map { String(decoding: $0, as: UTF8.self) }
  }

  public var announcedLength: Int? {
    get throws(Rejection) {
      do throws(BodyError) {
        return try contentLength
      } catch {
        throw Rejection(.unreadable, check: "body", "the length announced is no number")
      }
    }
  }

  public mutating func body(
    limit: Int, reserve: (Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8] {
    var refusal: Rejection?
    do throws(BodyError) {
      return try readBody(limit: limit) { bytes in
        do throws(Rejection) {
          try reserve(bytes)
          return true
        } catch {
          refusal = error
          return false
        }
      }
    } catch {
      if let refusal { throw refusal }
      if case .tooLarge(let announced) = error {
        throw Rejection(
          .tooLarge, check: "max_body",
          announced.map { "\($0) bytes announced" } ?? "more than \(limit) bytes came")
      }
      throw Rejection(.unreadable, check: "body", "it is shorter than announced, or unreadable")
    }
  }

  public mutating func answer(_ answer: Answer) {
    let headers = answer.headers.map { (name: $0.name, value: $0.value) }
    do throws(ReplyError) {
      try reply(status: answer.status, headers: headers, body: answer.body)
    } catch {
      // Nothing was sent: a header that the configuration added can't be. The listener answers 500.
    }
  }

  /// A header's name in lower case, as the web server got it but for that: `X_EVENT` was `X-Event`.
  private static func headerName(_ name: Slice<UnsafeRawBufferPointer>) -> String {
    String(unsafeUninitializedCapacity: name.count) { text in
      for (index, byte) in name.enumerated() {
        text[index] =
          switch byte {
          case UInt8(ascii: "_"): UInt8(ascii: "-")
          case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
          default: byte
          }
      }
      return name.count
    }
  }

  private static func split(_ target: [UInt8]) -> (path: [UInt8], query: [UInt8]) {
    guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return (target, []) }
    return (Array(target[..<mark]), Array(target[(mark + 1)...]))
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func isText(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && begins(with: text)
  }

  fileprivate func begins(with text: StaticString) -> Bool {
    guard let start = baseAddress, count >= text.utf8CodeUnitCount else { return false }
    return memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
  }
}
