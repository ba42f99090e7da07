import Foundation

/// What a client sees of a site.
extension Site {
  /// Sends one request with curl, over TLS and HTTP/1.1, and gives back the answer.
  ///
  /// - Parameters:
  ///   - target: as it goes into the request line: nothing is decoded or normalised.
  ///   - headers: whole lines, `X-Event: stock`, in this order.
  ///   - options: what else to tell curl.
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

  /// Sends bytes over TLS as they are, whether they make a request or not, and hangs up.
  ///
  /// - Parameter waiting: whether to wait for nginx to hang up first, and so for its answer.
  func sendRaw(_ bytes: String, waiting: Bool = true) throws -> Reply {
    let client = ["s_client", "-quiet", "-verify_quiet", "-connect", "127.0.0.1:\(port)"]
    let result = try Tool.run(
      "timeout", ["20", "openssl"] + client + (waiting ? ["-ign_eof"] : ["-no_ign_eof"]),
      input: Array(bytes.utf8))
    return Reply(message: result.output)
  }
}
