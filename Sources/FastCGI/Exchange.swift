import CFastCGI
import Glibc

/// One request and its reply. It belongs to the thread it was given to, and ends with the handler:
/// it can be neither copied nor kept.
public struct Exchange: ~Copyable {
  /// What is left of the request's body.
  enum Rest {
    /// There may be more.
    case unread
    /// It was read to its end record.
    case none
    /// The stream failed: nothing more can be had from this connection.
    case broken
  }

  /// When the request was seen, before it waited for a thread: deadlines count from here.
  public let arrived: ContinuousClock.Instant

  let request: UnsafeMutablePointer<FCGX_Request>
  /// How long a body may take to come in, all of it.
  let bodyTime: Duration
  private let connections: Connections
  var rest = Rest.unread
  var wasRead = false
  /// Whether a reply was sent, be it only tried.
  public internal(set) var hasReplied = false
  /// Whether the web server took it.
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

  /// Whether the connection can serve another request after this one, as far as we are concerned.
  var mayKeep: Bool { rest == .none && connections.mayKeep }

  /// Every parameter in the order they came in; one that came twice is there twice.
  ///
  /// It is made anew each time.
  public var parameters: [Parameter] {
    var parameters: [Parameter] = []
    eachParameter { parameters.append(Parameter(name: Array($0), value: Array($1))) }
    return parameters
  }

  /// Goes over the parameters in the order they came in; one that came twice is met twice.
  ///
  /// - Parameter body: takes a name, up to the first `=`, and a value, up to the first NUL. Their bytes
  ///   last no longer than the call.
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

  /// The value of a parameter, the first one if it came more than once; nil if it didn't.
  public func value(of name: StaticString) -> [UInt8]? {
    var found: [UInt8]?
    eachValue(of: name) { value in
      found = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
      return false
    }
    return found
  }

  /// Every value of a parameter, in order.
  public func values(of name: StaticString) -> [[UInt8]] {
    var found: [[UInt8]] = []
    eachValue(of: name) { value in
      found.append(Array(UnsafeRawBufferPointer(start: value, count: strlen(value))))
      return true
    }
    return found
  }

  /// Goes over the values of a parameter until `body` returns false.
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

  /// Goes over the `NAME=value` of the library until `body` returns false.
  private func eachEntry(_ body: (UnsafeMutablePointer<CChar>) -> Bool) {
    // The first is FCGI_ROLE, which the library puts in and no web server sent.
    guard var entries = request.pointee.envp, entries.pointee != nil else { return }
    entries += 1
    while let entry = entries.pointee {
      guard body(entry) else { return }
      entries += 1
    }
  }
}
