import CFastCGI
import Glibc

/// One request and its reply.
///
/// It has one owner at a time, and ends with its last owner. The handler may pass it on to another
/// thread, which replies later.
///
/// Sendable without the compiler's check: it can't be copied, so that only its owner reaches the
/// library's request and the progress. libfcgi keeps nothing of a request in a thread.
public struct Exchange: ~Copyable, @unchecked Sendable {
  /// The state of the request's body.
  enum Rest {
    /// There may be more of the body.
    case unread
    /// The body was read to its end record.
    case none
    /// The stream failed: nothing more can be read from this connection.
    case broken
  }

  /// When the request was seen, before it waited for a thread. Deadlines count from here.
  public let arrived: ContinuousClock.Instant

  /// How far the exchange has come. It is an object, because a `deinit` can't change its value.
  final class Progress {
    var rest = Rest.unread
    var wasRead = false
    var hasReplied = false
    /// Whether the web server took the reply.
    var wasTaken = false
  }

  let request: UnsafeMutablePointer<FCGX_Request>
  let core: ListenerCore
  let progress = Progress()
  /// The parameters, which the library keeps until the request ends.
  private let found: [Found]

  /// The library has read the parameters of the request. The exchange ends the request, and
  /// deallocates it.
  init(
    request: UnsafeMutablePointer<FCGX_Request>, arrived: ContinuousClock.Instant,
    of core: ListenerCore
  ) {
    self.request = request
    self.arrived = arrived
    self.core = core
    found = Self.find(in: request)
  }

  deinit { close() }

  /// Ends the exchange now: the connection is free for the web server's next request. Without a
  /// reply, status 500 is sent.
  public consuming func end() {}

  /// Whether a reply was attempted, even if sending it failed.
  public var hasReplied: Bool { progress.hasReplied }

  /// Whether this side can keep the connection for another request.
  var mayKeep: Bool { progress.rest == .none && core.connections.mayKeep }

  /// All parameters in the order in which they came in. A parameter that came twice is there twice.
  ///
  /// Each access builds the array anew.
  public var parameters: [Parameter] {
    found.map { Parameter(name: Array($0.name), value: Array($0.value)) }
  }

  /// Calls `body` with each parameter, in the order in which they came in. A parameter that came
  /// twice is passed twice.
  ///
  /// - Parameter body: takes a name, up to the first `=`, and a value, up to the first NUL. The
  ///   bytes are valid only during the call.
  public func eachParameter(
    _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
  ) {
    for parameter in found { body(parameter.name, parameter.value) }
  }

  /// Returns the value of a parameter, the first if it came more than once; nil if it didn't come.
  public func value(of name: StaticString) -> [UInt8]? {
    found.first { $0.isNamed(name) }.map { Array($0.value) }
  }

  /// Returns all values of a parameter, in the order in which they came in.
  public func values(of name: StaticString) -> [[UInt8]] {
    found.filter { $0.isNamed(name) }.map { Array($0.value) }
  }

  /// A parameter where the library keeps it.
  private struct Found {
    let name: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    /// Finds the first `=` of `NAME=value`; nil if there isn't one.
    init?(_ entry: UnsafeMutablePointer<CChar>) {
      guard let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { return nil }
      name = UnsafeRawBufferPointer(start: entry, count: equals - entry)
      value = UnsafeRawBufferPointer(start: equals + 1, count: strlen(equals + 1))
    }

    func isNamed(_ text: StaticString) -> Bool {
      name.count == text.utf8CodeUnitCount
        && name.baseAddress.map { memcmp($0, text.utf8Start, name.count) == 0 } ?? false
    }
  }

  /// Walks the library's list once.
  private static func find(in request: UnsafeMutablePointer<FCGX_Request>) -> [Found] {
    // The first is FCGI_ROLE, which the library puts in and the web server didn't send.
    guard var entries = request.pointee.envp, entries.pointee != nil else { return [] }
    entries += 1
    var found: [Found] = []
    found.reserveCapacity(48)
    while let entry = entries.pointee {
      if let parameter = Found(entry) { found.append(parameter) }
      entries += 1
    }
    return found
  }
}
