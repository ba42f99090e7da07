/// The bounds on the kept rejections of one webhook: their number, and their bytes together.
struct KeepRefusedRule: Sendable, Equatable {
  var count: Int
  var bytes: Int
}

extension KeepRefusedRule {
  private enum Keys {
    static let count = Option(
      "count", .integer(1...1000), default: 100,
      "The most deliveries that are kept. The oldest are removed first.")
    static let bytes = Option(
      "bytes", .bytes(1024...(10 << 30)), default: 10 << 20,
      "The most bytes that they take together. A single delivery that is larger is not kept.")
  }

  static let form = Form<KeepRefusedRule>.mapping(
    "a mapping with count and bytes", options: [Keys.count, Keys.bytes]
  ) { mapping in
    KeepRefusedRule(count: mapping[Keys.count], bytes: mapping[Keys.bytes])
  }
}
