import FastCGI
import Glibc
import Verification
import Webhooks

/// A FastCGI request as the receiver sees it. Standard CGI variables alone decide, so any web
/// server will do. nginx's request id is passed on where there is one.
extension Exchange: Inbound {
  /// The request line, the headers and the client's address, read from the CGI variables.
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

  /// The client's certificate as the web server describes it; nil unless the web server passes its
  /// verification on.
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

  /// The value of REQUEST_ID, which nginx sets; nil if the web server doesn't.
  public var requestID: String? {
    value(of: "REQUEST_ID").map { String(decoding: $0, as: UTF8.self) }
  }

  /// The announced length in bytes; nil if CONTENT_LENGTH is missing, empty or -1.
  public var announcedLength: Int? {
    get throws(Rejection) {
      do throws(BodyError) {
        return try contentLength
      } catch {
        throw Rejection(.unreadable, check: "body", "the announced length isn't a number")
      }
    }
  }

  /// Reads the whole body. A body that is too large, cut or unreadable is a rejection.
  public func body(
    limit: Int, reserve: (Int) throws(Rejection) -> Void
  ) throws(Rejection) -> [UInt8] {
    var rejection: Rejection?
    do throws(BodyError) {
      return try readBody(limit: limit) { bytes in
        do throws(Rejection) {
          try reserve(bytes)
          return true
        } catch {
          rejection = error
          return false
        }
      }
    } catch {
      if let rejection { throw rejection }
      if case .tooLarge(let announced) = error {
        throw Rejection(
          .tooLarge, check: "max_body",
          announced.map { "\($0) bytes announced" } ?? "more than \(limit) bytes came")
      }
      throw Rejection(
        .unreadable, check: "body", "the body is shorter than announced, or unreadable")
    }
  }

  /// Sends the answer. If a header of the answer can't be sent, the listener answers 500.
  public func answer(_ answer: Answer) {
    let headers = answer.headers.map { (name: $0.name, value: $0.value) }
    do throws(ReplyError) {
      try reply(status: answer.status, headers: headers, body: answer.body)
    } catch {
      // Nothing was sent, because a header that the configuration adds can't be. The listener
      // answers 500.
    }
  }

  /// Returns a header's name in lower case, with hyphens for the underscores of CGI: `X_EVENT` was
  /// `X-Event`.
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
