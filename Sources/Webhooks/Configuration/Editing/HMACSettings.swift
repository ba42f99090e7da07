/// The signature of a sender without a preset: an HMAC in a header.
public struct HMACSettings: Sendable {
  /// The name of the header that holds the HMAC.
  public let header: String
  /// The name of the hash, as in the key `algorithm`.
  public let algorithm: String
  /// The encoding of the HMAC, as in the key `encoding`.
  public let encoding: String
  /// The text before the HMAC in the header; nil for none.
  public let prefix: String?
  /// The signed message in YAML, as in the key `message`. nil for the body, which follows the time
  /// and a full stop if there is a `timestampHeader`.
  public let message: String?
  /// The header with the time; nil if the signature has no time.
  public let timestampHeader: String?
  /// The unit of the time, as in the key `timestamp`.
  public let timestampUnit: String

  /// Creates the settings. The file gets each value as described at the property.
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

  /// The lines of the entry in `pre_processors`, without its secrets.
  var lines: [String] {
    var lines = [
      "pre_processors:", "  # An HMAC that is made with the secret.", "  - type: signature",
      "    header: \(YAMLScalar(header).written)",
      "    algorithm: \(YAMLScalar(algorithm).written)",
      "    encoding: \(YAMLScalar(encoding).written)",
    ]
    if let prefix { lines.append("    prefix: \(YAMLScalar.quoting(prefix).written)") }
    if let message = message ?? timestampHeader.map({ _ in "[timestamp, {text: .}, body]" }) {
      lines += ["    # What is signed: these pieces, joined.", "    message: \(message)"]
    }
    if let timestampHeader {
      let unit = YAMLScalar(timestampUnit).written
      lines.append("    timestamp: {header: \(YAMLScalar(timestampHeader).written), unit: \(unit)}")
    }
    return lines
  }
}
