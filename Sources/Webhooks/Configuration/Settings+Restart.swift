extension Settings {
  /// The settings as far as they take effect without a restart, and a notice for each that doesn't.
  func withoutRestart(from current: Settings) -> (settings: Settings, notices: [Problem]) {
    var settings = self
    var notices: [Problem] = []
    func keep<Value: Equatable>(_ option: Option<Value>, _ path: WritableKeyPath<Settings, Value>) {
      guard settings[keyPath: path] != current[keyPath: path] else { return }
      settings[keyPath: path] = current[keyPath: path]
      notices.append(
        Problem(
          .notice, file: SettingsFile.name, key: option.key,
          "takes effect at the next start; until then \(words(current[keyPath: path]))"))
    }
    func words<Value>(_ value: Value) -> String {
      guard let names = value as? [String]? else { return "\(value)" }
      return names.map { "[\($0.joined(separator: ", "))]" } ?? "it is not set"
    }
    keep(SettingsFile.threads, \.threads)
    keep(SettingsFile.spool, \.spool)
    keep(SettingsFile.state, \.state)
    keep(SettingsFile.peers, \.peers)
    return (settings, notices)
  }
}
