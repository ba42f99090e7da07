import Foundation

/// A site as a client sees it.
extension Site {
  /// Sends one request with curl, over TLS and HTTP/1.1, and returns the answer.
  ///
  /// - Parameters:
  ///   - method: the method; HEAD reads no body.
  ///   - target: the target of the request line, which is neither decoded nor normalised.
  ///   - body: the body; nil for none.
  ///   - headers: whole lines, `X-Event: stock`, in this order.
  ///   - options: more options for curl.
  /// - Returns: the answer.
  /// - Throws: an error if curl can't be run.
  func send(
    _ method: String, _ target: String, _ body: [UInt8]? = nil, headers: [String] = [],
    options: [String] = []
  ) throws -> Reply {
    var arguments = [
      "--silent", "--include", "--http1.1", "--path-as-is", "--globoff", "--ipv4",
      "--max-time", "60", "--cacert", folder("tls/fullchain.pem").path,
    ]
    arguments += method == "HEAD" ? ["--head"] : ["--request", method]
    for header in headers { arguments += ["--header", header] }
    if body != nil { arguments += ["--data-binary", "@-"] }
    let result = try Tool.run(
      "curl", arguments + options + ["https://localhost:\(port)\(target)"], input: body)
    return Reply(message: result.output)
  }

  func get(_ target: String, headers: [String] = [], options: [String] = []) throws -> Reply {
    try send("GET", target, headers: headers, options: options)
  }

  func post(
    _ target: String, _ body: [UInt8], headers: [String] = [], options: [String] = []
  ) throws -> Reply {
    try send("POST", target, body, headers: headers, options: options)
  }

  /// Posts JSON to `erp` as its sender does.
  func deliver(_ body: String = #"{"entity":"stock"}"#, headers: [String] = []) throws -> Reply {
    try post("/webhook/erp", Array(body.utf8), headers: Sample.genuine + headers)
  }

  /// Sends bytes over TLS as they are, valid or not, and closes the connection. `waiting` says
  /// whether to wait first until nginx closes it, and so for the answer.
  func sendRaw(_ bytes: String, waiting: Bool = true) throws -> Reply {
    let client = ["s_client", "-quiet", "-verify_quiet", "-connect", "127.0.0.1:\(port)"]
    let result = try Tool.run(
      "timeout", ["20", "openssl"] + client + (waiting ? ["-ign_eof"] : ["-no_ign_eof"]),
      input: Array(bytes.utf8))
    return Reply(message: result.output)
  }
}
