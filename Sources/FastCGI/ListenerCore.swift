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
