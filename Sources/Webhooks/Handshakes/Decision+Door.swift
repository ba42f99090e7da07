import Spooling

extension Commit.Entry {
  var isLearned: Bool { spool.hasPrefix(LearnedSecret.spool(of: "")) }
}

extension Decision {
  /// The door that it was refused for; nil if it wasn't.
  func door(_ snapshot: Snapshot) -> HandshakeDoor? {
    guard case .rejected(let rejection) = verdict, rejection.needsDoor, let webhook else {
      return nil
    }
    return HandshakeDoor(of: webhook.identifier, state: snapshot.settings.state)
  }
}
