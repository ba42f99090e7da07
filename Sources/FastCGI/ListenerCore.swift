import Dispatch

/// What the threads of a listener share.
struct ListenerCore: Sendable {
  let settings: Listener.Settings
  let connections: Connections
  let counts = ListenerCounts()
  /// One for each further request that may be served at the same time.
  let slots: DispatchSemaphore

  init(_ settings: Listener.Settings, _ connections: Connections) {
    self.settings = settings
    self.connections = connections
    slots = DispatchSemaphore(value: settings.threads)
  }

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
