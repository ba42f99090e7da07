extension SecretSource {
  /// The fewest bytes of a secret that nobody guesses.
  private static let fewest = 16

  /// Warns of what is hardly meant to be a part of the secret, or is missing in it. Its bytes are in no
  /// message.
  ///
  /// - Parameters:
  ///   - value: without the newline at the end of its file; empty where it isn't known.
  ///   - mayBeShort: whether it is no secret, but something that a sender tells of itself.
  func question(_ value: [UInt8], for found: Found, mayBeShort: Bool) {
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
    if value.count < Self.fewest, !mayBeShort {
      let bytes = value.count == 1 ? "1 byte" : "\(value.count) bytes"
      warn("has \(bytes): one of fewer than \(Self.fewest) may be guessed, or is not whole")
    }
  }
}
