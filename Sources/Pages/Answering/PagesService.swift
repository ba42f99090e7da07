import Bytes
import FastCGI
import FoundationEssentials

/// The process of the pages: takes requests from the web server, and asks the helpers. It opens no
/// file, and has no network.
public final class PagesService: Sendable {
  private let listener: Listener
  private let answers: PageAnswers
  private let served = Counter()

  /// How many pages are made at the same time.
  private static let threads = 16

  /// Prepares to serve.
  ///
  /// - Parameters:
  ///   - socket: where the web server hands requests over.
  ///   - administer: the path of the socket of `levelwind administer`.
  ///   - configure: the path of the socket of `levelwind configure`.
  /// - Throws: `SocketError.system` if descriptors have run out.
  public init(
    _ socket: ListeningSocket, administer: String, configure: String
  ) throws(SocketError) {
    listener = try Listener(socket: socket, threads: Self.threads, connections: 256)
    answers = PageAnswers(helpers: [
      .administer: HelperSocket(path: administer), .configure: HelperSocket(path: configure),
    ])
  }

  /// Begins to serve, and returns.
  ///
  /// - Throws: `SocketError.system` if a thread can't be started.
  public func start() throws(SocketError) {
    let (answers, served) = (answers, served)
    try listener.run { (exchange: consuming Exchange) in
      served.count()
      let response = answers.answer(PageAnswers.Asked(exchange), at: Date())
      _ = try? exchange.reply(
        status: response.status, headers: response.headers, body: response.body)
    }
  }

  /// How many requests have come.
  public var requests: Int { served.value }

  /// Whether a request is being answered.
  public var isBusy: Bool { listener.counters.busy + listener.counters.waiting > 0 }

  /// Finishes what has begun, and ends.
  public func stop() { _ = listener.stop(grace: .milliseconds(100), deadline: .seconds(20)) }
}

extension PageAnswers.Asked {
  init(_ exchange: borrowing Exchange) {
    method = exchange.value(of: "REQUEST_METHOD") ?? []
    target = exchange.value(of: "REQUEST_URI") ?? []
    users = exchange.values(of: "LEVELWIND_USER")
    groups = exchange.values(of: "LEVELWIND_GROUPS")
    site = exchange.values(of: "HTTP_SEC_FETCH_SITE")
    mode = exchange.values(of: "HTTP_SEC_FETCH_MODE")
    destination = exchange.values(of: "HTTP_SEC_FETCH_DEST")
    origin = exchange.values(of: "HTTP_ORIGIN")
    host = exchange.values(of: "LEVELWIND_HOST")
    contentType = exchange.values(of: "CONTENT_TYPE")
    id = exchange.value(of: "REQUEST_ID") ?? []
    if isMethod("POST") { body = Body(exchange) }
  }
}

extension PageAnswers.Asked.Body {
  init(_ exchange: borrowing Exchange) {
    do throws(BodyError) {
      self = .whole(try exchange.readBody(limit: PageAnswers.mostOfForm))
    } catch {
      if case .tooLarge = error { self = .tooLarge } else { self = .broken }
    }
  }
}
