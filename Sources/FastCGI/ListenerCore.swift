/// What the threads of a listener share.
struct ListenerCore: Sendable {
  let settings: Listener.Settings
  let connections: Connections
  let counts = ListenerCounts()

  /// How long a whole body may take to come in.
  var bodyTime: Duration { settings.patience.duration * 4 }
}

extension Connections {
  /// A phase of the listener's life; the phase only moves forward.
  enum Phase: Int, Comparable {
    case running
    /// Requests on open connections are served, and these connections closed after them.
    case draining
    /// Idle connections are closed; requests that have begun are finished.
    case closing
    case ended

    static func < (a: Phase, b: Phase) -> Bool { a.rawValue < b.rawValue }
  }
}
