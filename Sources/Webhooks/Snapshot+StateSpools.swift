extension Snapshot {
  /// The spools in the state directory that the webhooks need, as `<kind>/<webhook>`.
  public var stateSpools: [String] {
    webhooks.sorted { $0.key.text < $1.key.text }.flatMap { identifier, entry -> [String] in
      guard case .ready(let webhook) = entry else { return [] }
      let opens = webhook.preProcessors.flatMap(\.check.senders).flatMap(\.sender.handshakes)
        .contains(where: \.isOpening)
      return (webhook.replay == nil ? [] : [ReplayKey.spool(of: identifier.text)])
        + (webhook.isTaught ? [LearnedSecret.spool(of: identifier.text)] : [])
        + (opens ? [Remains.spool(of: identifier)] : [])
    }
  }
}
