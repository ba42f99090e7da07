extension Form where Value == Bool {
  /// `true` or `false`; YAML's other words for them are text.
  static let boolean = Form.scalar(
    "boolean", "true or false", plainOnly: true,
    suggest: { ["yes": "true", "on": "true", "no": "false", "off": "false"][$0.lowercased()] },
    parse: { ["true": true, "false": false][$0] })
}

extension Form where Value == Int {
  /// A whole number in decimal digits, without a leading zero.
  static func integer(_ range: ClosedRange<Int>) -> Form {
    let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return scalar("integer", expectation, plainOnly: true) { text in
      guard let number = Int(text), "\(number)" == text, range.contains(number) else { return nil }
      return number
    }
  }

  /// The status of an answer.
  static func status(_ expectation: String, in ranges: [ClosedRange<Int>]) -> Form {
    scalar("status", expectation, plainOnly: true) { text in
      guard let status = Int(text), "\(status)" == text else { return nil }
      return ranges.contains { $0.contains(status) } ? status : nil
    }
  }

  /// A size in bytes: `10MiB`, `1GiB`, `512KiB`, or a plain number of bytes.
  static func bytes(_ range: ClosedRange<Int>) -> Form {
    let limits = "from \(ByteSize.text(range.lowerBound)) to \(ByteSize.text(range.upperBound))"
    return scalar(
      "byte size", "a size such as 10MiB, \(limits)", write: ByteSize.text,
      suggest: ByteSize.suggestion,
      parse: { text in
        ByteSize.parse(text).flatMap { range.contains($0) ? $0 : nil }
      })
  }
}

extension Form where Value == Duration {
  /// A span of time with its unit: `500ms`, `4s`, `10m`, `24h`, `30d`.
  static func duration(_ range: ClosedRange<Duration>) -> Form {
    let limits = "from \(TimeSpan.text(range.lowerBound)) to \(TimeSpan.text(range.upperBound))"
    return scalar(
      "duration", "a duration such as 4s, \(limits)",
      write: TimeSpan.text,
      suggest: TimeSpan.suggestion,
      parse: { text in
        TimeSpan.parse(text).flatMap { range.contains($0) ? $0 : nil }
      })
  }
}
