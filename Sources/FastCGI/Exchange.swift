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
  }

  /// Whether this side can keep the connection for another request.
  var mayKeep: Bool { rest == .none && connections.mayKeep }

  /// All parameters in the order in which they came in. A parameter that came twice is there twice.
  ///
  /// Each access builds the array anew.
  public var parameters: [Parameter] {
    var parameters: [Parameter] = []
    eachParameter { parameters.append(Parameter(name: Array($0), value: Array($1))) }
    return parameters
  }

  /// Calls `body` with each parameter, in the order in which they came in. A parameter that came
  /// twice is passed twice.
  ///
  /// - Parameter body: takes a name, up to the first `=`, and a value, up to the first NUL. The
  ///   bytes are valid only during the call.
  public func eachParameter(
    _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
  ) {
    eachEntry { entry in
      guard let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { return true }
      body(
        UnsafeRawBufferPointer(start: entry, count: equals - entry),
        UnsafeRawBufferPointer(start: equals + 1, count: strlen(equals + 1)))
      return true
    }
  }

  /// Returns the value of a parameter, the first if it came more than once; nil if it didn't come.
  public func value(of name: StaticString) -> [UInt8]? {
    var found: [UInt8]?
    eachValue(of: name) { value in
      found = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
      return false
    }
    return found
  }

  /// Returns all values of a parameter, in the order in which they came in.
  public func values(of name: StaticString) -> [[UInt8]] {
    var found: [[UInt8]] = []
    eachValue(of: name) { value in
      found.append(Array(UnsafeRawBufferPointer(start: value, count: strlen(value))))
      return true
    }
    return found
  }

  /// Calls `body` with each value of a parameter until it returns false.
  private func eachValue(of name: StaticString, _ body: (UnsafeMutablePointer<CChar>) -> Bool) {
    let count = name.utf8CodeUnitCount
    name.withUTF8Buffer { name in
      guard let start = name.baseAddress else { return }
      eachEntry { entry in
        guard strncmp(entry, start, count) == 0,
          entry[count] == CChar(bitPattern: UInt8(ascii: "="))
        else { return true }
        return body(entry + count + 1)
      }
    }
  }

  /// Calls `body` with each `NAME=value` of the library until it returns false.
  private func eachEntry(_ body: (UnsafeMutablePointer<CChar>) -> Bool) {
    // The first is FCGI_ROLE, which the library puts in and the web server didn't send.
    guard var entries = request.pointee.envp, entries.pointee != nil else { return }
    entries += 1
    while let entry = entries.pointee {
      guard body(entry) else { return }
      entries += 1
    }
  }
}
