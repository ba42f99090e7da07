import CFastCGI
import Glibc

/// One request and its reply.
///
/// It belongs to the thread that serves the request, and ends with the handler: it can be neither
/// copied nor kept.
public struct Exchange: ~Copyable {
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

  let request: UnsafeMutablePointer<FCGX_Request>
  /// How long a whole body may take to come in.
  let bodyTime: Duration
  private let connections: Connections
  /// The parameters, which the library keeps until the request ends.
  private let found: [Found]
  var rest = Rest.unread
  var wasRead = false
  /// Whether a reply was attempted, even if sending it failed.
  public internal(set) var hasReplied = false
  /// Whether the web server took the reply.
  var wasTaken = false

  init(
    request: UnsafeMutablePointer<FCGX_Request>, arrived: ContinuousClock.Instant,
    bodyTime: Duration, connections: Connections
  ) {
    self.request = request
    self.arrived = arrived
    self.bodyTime = bodyTime
    self.connections = connections
    found = Self.find(in: request)
  }

  /// Whether this side can keep the connection for another request.
  var mayKeep: Bool { rest == .none && connections.mayKeep }

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
