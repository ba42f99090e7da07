extension Snapshot {
  private static let prefix = Array("/webhook/".utf8)

  /// The identifier that a request's path leads to, if there is such a webhook: the path is that of
  /// `base_url`, `/webhook/`, the identifier, and nothing more. It is taken as it was sent: what would
  /// need decoding is no identifier.
  func identifier(at path: [UInt8]) -> Identifier? {
    let start = basePath.count + Self.prefix.count
    guard path.starts(with: basePath), path[basePath.count...].starts(with: Self.prefix),
      let identifier = Identifier(bytes: path[start...])
    else { return nil }
    return webhooks[identifier] == nil ? nil : identifier
  }

  /// The webhook that was probably meant by a path that leads to none.
  func closest(to path: [UInt8]) -> Identifier? {
    // What is longer is nobody's slip, and would take its time to compare.
    guard path.count <= basePath.count + Self.prefix.count + 2 * Identifier.maximumLength else {
      return nil
    }
    let parts = String(decoding: path, as: UTF8.self).split(separator: "/").map(String.init)
    let names = webhooks.keys.map(\.text)
    return parts.last.flatMap { names.closest(to: $0) }.flatMap { Identifier($0) }
  }

  /// The webhook of an identifier, also if it is disabled.
  ///
  /// - Throws: a rejection if there is none, or its configuration is broken.
  func lookUp(_ identifier: Identifier?) throws(Rejection) -> Webhook {
    switch identifier.flatMap({ webhooks[$0] }) {
    case .ready(let webhook), .disabled(let webhook): return webhook
    case .broken: throw .unavailable(check: "configuration", "its configuration is broken")
    case nil: throw Rejection(.unknown, check: "path", "no webhook is there")
    }
  }
}
