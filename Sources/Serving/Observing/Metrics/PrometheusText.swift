import FoundationEssentials
import Spooling

/// Metrics in Prometheus's text format, version 0.0.4.
struct PrometheusText {
  /// The type of a metric, by the format's names.
  enum Kind: String { case counter, gauge, histogram }

  /// One series of a metric.
  struct Sample {
    let labels: [(name: String, value: String)]
    let value: Double

    init(_ value: some BinaryInteger, _ labels: (name: String, value: String)...) {
      self.init(value, labels)
    }

    init(_ value: some BinaryInteger, _ labels: [(name: String, value: String)]) {
      self.init(seconds: Double(value), labels)
    }

    init(seconds value: Double, _ labels: (name: String, value: String)...) {
      self.init(seconds: value, labels)
    }

    init(seconds value: Double, _ labels: [(name: String, value: String)]) {
      self.labels = labels
      self.value = value
    }
  }

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"
  private(set) var text = ""

  /// Adds a metric, unless it has no series.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    if samples.isEmpty { return }
    head(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
    add(name, kind, help, [Sample(value)])
  }

  /// Adds a histogram of seconds, in one series or more.
  mutating func add(
    _ name: String, _ help: String,
    _ series: [(labels: [(name: String, value: String)], reading: DurationHistogram.Reading)]
  ) {
    if series.isEmpty { return }
    head(name, .histogram, help)
    for (labels, reading) in series {
      var count = 0
      for (bound, more) in zip(DurationHistogram.bounds, reading.counts) {
        count += more
        let limit = Self.number(Double(bound) / 1e6)
        line(name + "_bucket", labels + [("le", limit)], Double(count))
      }
      count += reading.counts.last ?? 0
      line(name + "_bucket", labels + [("le", "+Inf")], Double(count))
      line(name + "_sum", labels, reading.seconds)
      line(name + "_count", labels, Double(count))
    }
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(
    _ name: String, _ labels: [(name: String, value: String)], _ value: Double
  ) {
    let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    text += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(value))\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// Returns a label's value, escaped byte by byte. A search for `Character`s would miss some: a
  /// quote with a combining mark behind it, or CR before LF, is a single `Character`.
  private static func escaped(_ value: String) -> String {
    var escaped: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): escaped += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): escaped += "\\n".utf8
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
