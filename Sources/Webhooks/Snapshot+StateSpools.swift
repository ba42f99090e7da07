extension Snapshot {
  /// The spools in the state directory that the webhooks need, as `<kind>/<webhook>`; those of
  /// post-processors as `postprocess/<webhook>.<name>`.
  public var stateSpools: [String] {
    webhooks.sorted { $0.key.text < $1.key.text }.flatMap { identifier, entry -> [String] in
      guard case .ready(let webhook) = entry else { return [] }
      return (webhook.replay == nil ? [] : [ReplayKey.spool(of: identifier.text)])
        + (webhook.isTaught ? [LearnedSecret.spool(of: identifier.text)] : [])
        + webhook.allPostProcessors.map { $0.spool(of: identifier) }
    }
  }
}
