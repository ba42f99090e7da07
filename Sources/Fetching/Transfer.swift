import CCurl
import Glibc

/// One HTTP/1.1 request and its answer, over libcurl.
///
/// No redirect is followed, no proxy is taken from the environment, nothing is decompressed, and
/// nothing is tried again.
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
    guard Self.isReady, let curl = curl_easy_init(), let multi = curl_multi_init() else {
      throw Failure(CURLE_FAILED_INIT)
    }
    defer {
      curl_multi_remove_handle(multi, curl)
      curl_easy_cleanup(curl)
      curl_multi_cleanup(multi)
    }
    let received = Received(limit: limit, place: place?.address)
    var text = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    var lists = Lists()
    defer { lists.free() }
    return try text.withUnsafeMutableBufferPointer { text throws(Failure) in
      curl_set_pointer(curl, CURLOPT_ERRORBUFFER, text.baseAddress)
      setUp(curl, request, received, &lists)
      let code = withExtendedLifetime(received) { perform(multi, curl, isStopping) }
      return try reply(curl, code, received, text)
    }
  }

  private func setUp(
    _ curl: UnsafeMutableRawPointer, _ request: OutgoingRequest, _ received: Received,
    _ lists: inout Lists
  ) {
    curl_set_text(curl, CURLOPT_URL, request.url)
    curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    curl_set_text(curl, CURLOPT_PROXY, "")
    curl_set_number(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    curl_set_number(curl, CURLOPT_TIMEOUT_MS, Self.milliseconds(timeout))
    curl_set_number(curl, CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(connectTimeout ?? timeout))
    if let place {
      // The URL keeps its host, for TLS and for the Host header, whatever is connected to.
      let address = place.address.isOld ? "\(place.address)" : "[\(place.address)]"
      lists.connectTo.append("::\(address):\(place.port.map(String.init) ?? "")")
      curl_set_pointer(curl, CURLOPT_CONNECT_TO, lists.connectTo.list)
    }
    switch trust {
    case .system: break
    case .file(let file): curl_set_text(curl, CURLOPT_CAINFO, file)
    case .unverified:
      curl_set_number(curl, CURLOPT_SSL_VERIFYPEER, 0)
      curl_set_number(curl, CURLOPT_SSL_VERIFYHOST, 0)
    }
    setMethod(curl, request)
    for header in Self.headers(of: request) { lists.headers.append(header) }
    curl_set_pointer(curl, CURLOPT_HTTPHEADER, lists.headers.list)
    received.listen(to: curl)
  }

  private func setMethod(_ curl: UnsafeMutableRawPointer, _ request: OutgoingRequest) {
    switch request.method {
    case "GET" where request.body.isEmpty: curl_set_number(curl, CURLOPT_HTTPGET, 1)
    case "HEAD" where request.body.isEmpty: curl_set_number(curl, CURLOPT_NOBODY, 1)
    default:
      curl_set_number(curl, CURLOPT_POST, 1)
      // The size comes first, or libcurl takes the body for a text that ends with a NUL.
      curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      if request.body.isEmpty {
        curl_set_text(curl, CURLOPT_COPYPOSTFIELDS, "")
      } else {
        curl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, request.body)
      }
      curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
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

  private func perform(
    _ multi: UnsafeMutableRawPointer, _ curl: UnsafeMutableRawPointer, _ isStopping: () -> Bool
  ) -> CURLcode? {
    curl_multi_add_handle(multi, curl)
    var running: Int32 = 1
    while true {
      let code = curl_multi_perform(multi, &running)
      guard code == CURLM_OK else { return CURLE_FAILED_INIT }
      if running == 0 { break }
      if isStopping() { return nil }
      curl_multi_poll(multi, nil, 0, 200, nil)
    }
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result }
    }
    return CURLE_FAILED_INIT
  }

  /// Returns the answer, or throws why there isn't one. `code` is nil if the caller gave up.
  private func reply(
    _ curl: UnsafeMutableRawPointer, _ code: CURLcode?, _ received: Received,
    _ text: UnsafeMutableBufferPointer<CChar>
  ) throws(Failure) -> Reply {
    if code == CURLE_OK || received.reply.isCut { return received.reply }
    let reason = text.baseAddress.map { String(cString: $0) } ?? ""
    throw Failure(
      code: code ?? CURLE_ABORTED_BY_CALLBACK,
      errno: Int32(truncatingIfNeeded: curl_number(curl, CURLINFO_OS_ERRNO)),
      isConnected: curl_size(curl, CURLINFO_CONNECT_TIME_T) > 0,
      // 1 is what libcurl begins with: nothing was found wrong before the name was.
      isUntrusted: curl_number(curl, CURLINFO_SSL_VERIFYRESULT) > 1,
      reason: reason.isEmpty ? String(cString: curl_easy_strerror(code ?? CURLE_OK)) : reason,
      isGivenUp: code == nil, reply: received.isHeadWhole ? received.reply : nil)
  }

  private static func milliseconds(_ time: Duration) -> Int { max(1, Int(time / .milliseconds(1))) }

  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension Transfer.Failure {
  fileprivate init(_ code: CURLcode) {
    self.init(
      code: code, errno: 0, isConnected: false, isUntrusted: false,
      reason: String(cString: curl_easy_strerror(code)))
  }
}

/// The lists of texts that libcurl reads during a transfer.
private struct Lists {
  struct Texts {
    private(set) var list: UnsafeMutablePointer<curl_slist>?

    mutating func append(_ text: String) { list = curl_slist_append(list, text) }
  }

  var headers = Texts()
  var connectTo = Texts()

  func free() {
    curl_slist_free_all(headers.list)
    curl_slist_free_all(connectTo.list)
  }
}
