/// What the bytes of a secret are, for what may be asked about them.
enum SecretShape: Sendable {
  case secret
  /// No secret, but something that a sender tells of itself.
  case identity
  /// `user:password`.
  case pair
}

extension SecretSource {
  /// The fewest bytes of a secret that nobody guesses.
  private static let fewest = 16

  /// Warns of what is hardly meant to be a part of the secret, or is missing in it. Its bytes are in no
  /// message.
  ///
  /// - Parameter value: without the newline at the end of its file; empty where it isn't known.
  func question(_ value: [UInt8], for found: Found, as shape: SecretShape) {
    guard let first = value.first, let last = value.last else { return }
    let name = self.name(at: 1)
    func warn(_ what: String) { found.report("\(name) \(what)", severity: .warning) }
    let blanks: Set<UInt8> = [0x20, 0x09]
    let newlines: Set<UInt8> = [0x0a, 0x0d]
    if value.starts(with: [0xef, 0xbb, 0xbf]) {
      warn("begins with a byte-order mark, which counts as a part of it: save the file without one")
    }
    if newlines.contains(last) {
      warn("ends in several newlines, and all but the last count as parts of it")
    } else if blanks.contains(first) || blanks.contains(last) {
      let place = blanks.contains(last) ? "ends in" : "begins with"
      warn("\(place) a blank, which counts as a part of it")
    }
    if value.count > 1, first == last, first == 0x22 || first == 0x27 {
      warn("is in quotes, which count as parts of it")
    }
    let secret =
      switch shape {
      case .secret: value[...]
      case .identity: ArraySlice<UInt8>()
      case .pair: value.drop { $0 != UInt8(ascii: ":") }.dropFirst()
      }
    if secret.count < Self.fewest, !secret.isEmpty {
      let bytes = secret.count == 1 ? "1 byte" : "\(secret.count) bytes"
      let what = shape == .pair ? "has a password of \(bytes)" : "has \(bytes)"
      warn("\(what): one of fewer than \(Self.fewest) may be guessed, or is not whole")
    }
  }
}
