/// What is kept of a webhook's deliveries, and how much of it.
public struct HistoryRule: Sendable, Equatable {
  /// How long deliveries are kept. Whole days are removed.
  public var time: Duration
  /// The most bytes that they take on the disk.
  public var bytes: Int
  /// Whether bodies are kept.
  public var keepsBodies: Bool
}

extension HistoryRule {
  /// The rule in words for an administrator.
  public var words: String {
    "\(TimeSpan.text(time)), at most \(ByteSize.text(bytes))\(keepsBodies ? "" : ", without bodies")"
  }

  private enum Keys {
    static let time = Option(
      "for", .duration(.seconds(86400)...(.seconds(3660 * 86400))), default: .seconds(7 * 86400),
      "How long deliveries are kept. Days are removed as a whole.")
    static let bytes = Option(
      "bytes", .bytes(1 << 20...1 << 42), default: 1 << 30,
      "The most bytes that they take on the disk. The oldest are removed first. A quarter is for "
        + "requests whose sender was not verified, so that these can't push out the others. A "
        + "larger body than a quarter of this is not kept.")
    static let bodies = Option(
      "bodies", .boolean, default: true,
      "Whether bodies are kept. Without its body, a delivery can't be brought back.")
  }

  static let form = Form<HistoryRule>.mapping(
    "a mapping with for, bytes and bodies", options: [Keys.time, Keys.bytes, Keys.bodies]
  ) { mapping in
    HistoryRule(
      time: mapping[Keys.time], bytes: mapping[Keys.bytes], keepsBodies: mapping[Keys.bodies])
  }
}

/// The bound on all histories together, in `levelwind.yaml`.
enum HistoryBound {
  private static let bytes = Option(
    "bytes", .bytes(1 << 20...1 << 50), default: 20 << 30,
    "The most bytes that the histories of all webhooks take together. The oldest deliveries are "
      + "removed first.")

  static let form = Form<Int>.mapping("a mapping with bytes", options: [bytes]) { $0[bytes] }
}
