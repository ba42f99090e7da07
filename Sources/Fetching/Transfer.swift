import CCurl
import Glibc

/// One HTTP/1.1 request and its answer, over libcurl.
///
/// No redirect is followed, no proxy is taken from the environment, and nothing is decompressed.
/// Nothing is tried again, but for a request over a kept connection that its server closes before
/// it answers: libcurl sends that one over a new connection.
struct Transfer {
  /// The authorities that may sign the server's certificate.
  enum Trust {
    /// The system's.
    case system
    /// Those in a file in PEM.
    case file(String)
    /// No certificate is verified, so the request must not carry secrets.
    case unverified
  }

  /// The address that is connected to, and no other.
  struct Place {
    let address: IPAddress
    /// The TCP port; nil for the URL's.
    var port: Int?
  }

  /// The start of an answer.
  struct Reply {
    var status = 0
    /// The Retry-After header, unparsed; nil if there isn't one.
    var retryAfter: String?
    /// The first bytes of the body, at most the transfer's limit.
    var body: [UInt8] = []
    /// Whether the body has more bytes than the limit.
    var isCut = false
  }

  /// What ended a transfer before its answer was whole.
  struct Failure: Error {
    let code: CURLcode
    /// The system's error of a connection that failed; 0 for none.
    let errno: Int32
    /// Whether a TCP connection was made.
    let isConnected: Bool
    /// Whether the certificate's chain was found wanting.
    let isUntrusted: Bool
    /// libcurl's words.
    let reason: String
    /// Whether the caller gave the transfer up.
    var isGivenUp = false
    /// The answer as far as it came, if its head was whole.
    var reply: Reply?
  }

  /// The address of the answering side; nil to have libcurl resolve the URL's host.
  var place: Place?
  var trust = Trust.system
  /// The bound of the whole transfer, from resolving to the last byte.
  let timeout: Duration
  /// The bound of connecting; nil for the whole time.
  var connectTimeout: Duration?
  /// The number of the body's bytes that are kept. A longer body isn't read to its end.
  let limit: Int
  /// The connections to take and to leave open; nil for one of its own.
  var connections: KeptConnections?

  /// Whether the transfer ends when it is connected, with TLS, and sends no request.
  var connectsOnly = false

  /// Sends a request and receives its answer.
  ///
  /// - Parameters:
  ///   - request: the request. A Host header replaces the URL's host in the request.
  ///   - isStopping: whether to give the transfer up. It is asked every 200 ms.
  /// - Returns: the answer.
  /// - Throws: `Failure`.
  func run(
    _ request: OutgoingRequest, until isStopping: () -> Bool = { false }
  ) throws(Failure) -> Reply {
    let curl: Handle
    do throws(CurlLibrary.Missing) {
      if let connections { curl = try connections.take() } else { curl = try Handle() }
    } catch {
      throw Failure(error)
    }
    defer { if let connections { connections.put(curl) } else { curl.free() } }
    let received = Received(limit: limit, place: place?.address)
    var text = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    var lists = Lists()
    defer { lists.free(curl) }
    return try text.withUnsafeMutableBufferPointer { text throws(Failure) in
      curl.set(CURLOPT_ERRORBUFFER, pointer: text.baseAddress)
      setUp(curl, request, received, &lists)
      let code = withExtendedLifetime(received) { curl.run(until: isStopping) }
      return try reply(curl, code, received, text)
    }
  }

  private func setUp(
    _ curl: Handle, _ request: OutgoingRequest, _ received: Received, _ lists: inout Lists
  ) {
    curl.set(CURLOPT_URL, request.url)
    curl.set(CURLOPT_PROTOCOLS_STR, "http,https")
    curl.set(CURLOPT_PROXY, "")
    curl.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    curl.set(CURLOPT_NOSIGNAL, 1)
    if connectsOnly { curl.set(CURLOPT_CONNECT_ONLY, 1) }
    curl.set(CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))
    curl.set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(connectTimeout ?? timeout))
    if let place {
      // The URL keeps its host, for TLS and for the Host header, whatever is connected to.
      let address = place.address.isOld ? "\(place.address)" : "[\(place.address)]"
      curl.append(
        "::\(address):\(place.port.map(String.init) ?? "")", to: &lists.connectTo)
      curl.set(CURLOPT_CONNECT_TO, pointer: lists.connectTo)
    }
    switch trust {
    case .system: break
    case .file(let file): curl.set(CURLOPT_CAINFO, file)
    case .unverified:
      curl.set(CURLOPT_SSL_VERIFYPEER, 0)
      curl.set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    setMethod(curl, request)
    for header in Self.headers(of: request) { curl.append(header, to: &lists.headers) }
    curl.set(CURLOPT_HTTPHEADER, pointer: lists.headers)
    received.listen(to: curl)
  }

  private func setMethod(_ curl: Handle, _ request: OutgoingRequest) {
    switch request.method {
    case "GET" where request.body.isEmpty: curl.set(CURLOPT_HTTPGET, 1)
    case "HEAD" where request.body.isEmpty: curl.set(CURLOPT_NOBODY, 1)
    default:
      curl.set(CURLOPT_POST, 1)
      // The size comes first, or libcurl takes the body for a text that ends with a NUL.
      curl.set(CURLOPT_POSTFIELDSIZE_LARGE, size: request.body.count)
      if request.body.isEmpty {
        curl.set(CURLOPT_COPYPOSTFIELDS, "")
      } else {
        curl.set(CURLOPT_COPYPOSTFIELDS, pointer: request.body)
      }
      curl.set(CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  /// Returns the header lines. An empty header keeps libcurl from sending its own.
  private static func headers(of request: OutgoingRequest) -> [String] {
    var lines = request.headers.map { "\($0.name): \($0.value)" }
    let names = Set(request.headers.map { $0.name.lowercased() })
    // A header without a value ends with a semicolon, or it would not be sent.
    for (index, header) in request.headers.enumerated() where header.value.isEmpty {
      lines[index] = "\(header.name);"
    }
    if !names.contains("user-agent") { lines.append("User-Agent: levelwind") }
    for name in ["Expect", "Content-Type", "Accept"] where !names.contains(name.lowercased()) {
      lines.append("\(name):")
    }
    return lines
  }

  /// Returns the answer, or throws why there isn't one. `code` is nil if the caller gave up.
  private func reply(
    _ curl: Handle, _ code: CURLcode?, _ received: Received,
    _ text: UnsafeMutableBufferPointer<CChar>
  ) throws(Failure) -> Reply {
    if code == CURLE_OK || received.reply.isCut { return received.reply }
    let reason = text.baseAddress.map { String(cString: $0) } ?? ""
    throw Failure(
      code: code ?? CURLE_ABORTED_BY_CALLBACK,
      errno: Int32(truncatingIfNeeded: curl.number(CURLINFO_OS_ERRNO)),
      isConnected: curl.size(CURLINFO_CONNECT_TIME_T) > 0,
      // 1 is what libcurl begins with: nothing was found wrong before the name was.
      isUntrusted: curl.number(CURLINFO_SSL_VERIFYRESULT) > 1,
      reason: reason.isEmpty ? curl.words(code ?? CURLE_OK) : reason,
      isGivenUp: code == nil, reply: received.isHeadWhole ? received.reply : nil)
  }

  private static func milliseconds(_ time: Duration) -> Int { max(1, Int(time / .milliseconds(1))) }
}

extension Transfer.Failure {
  fileprivate init(_ missing: CurlLibrary.Missing) {
    self.init(
      code: CURLE_FAILED_INIT, errno: 0, isConnected: false, isUntrusted: false,
      reason: missing.reason)
  }
}

/// The lists of texts that libcurl reads during a transfer.
private struct Lists {
  var headers: UnsafeMutablePointer<curl_slist>?
  var connectTo: UnsafeMutablePointer<curl_slist>?

  func free(_ curl: Handle) {
    curl.free(headers)
    curl.free(connectTo)
  }
}
