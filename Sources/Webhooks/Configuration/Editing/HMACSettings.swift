/// How a sender signs that has no preset: an HMAC in a header.
public struct HMACSettings: Sendable {
  public let header: String
  /// The hash.
  public let algorithm: String
  /// How the HMAC is written.
  public let encoding: String
  /// What stands before it; nil for nothing.
  public let prefix: String?
  /// What is signed, as it stands in YAML; nil for the body, behind the time where there is one.
  public let message: String?
  /// The header with the time; nil where there is none.
  public let timestampHeader: String?
  /// How the time is written.
  public let timestampUnit: String

  public init(
    header: String, algorithm: String, encoding: String, prefix: String?, message: String?,
    timestampHeader: String?, timestampUnit: String
  ) {
    self.header = header
    self.algorithm = algorithm
    self.encoding = encoding
    self.prefix = prefix
    self.message = message
    self.timestampHeader = timestampHeader
    self.timestampUnit = timestampUnit
  }

  /// The entry of `pre_processors` without its secrets.
  var lines: [String] {
    var lines = [
      "pre_processors:", "  # An HMAC that is made with the secret.", "  - type: signature",
      "    header: \(YAMLScalar(header).written)",
      "    algorithm: \(YAMLScalar(algorithm).written)",
      "    encoding: \(YAMLScalar(encoding).written)",
    ]
    if let prefix { lines.append("    prefix: \(YAMLScalar.quoting(prefix).written)") }
    if let message = message ?? timestampHeader.map({ _ in "[timestamp, {text: .}, body]" }) {
      lines += ["    # What is signed, its pieces in a row.", "    message: \(message)"]
    }
    if let timestampHeader {
      let unit = YAMLScalar(timestampUnit).written
      lines.append("    timestamp: {header: \(YAMLScalar(timestampHeader).written), unit: \(unit)}")
    }
    return lines
  }
}
