import FoundationEssentials
import Logging

/// A handler that passes the program's own log messages on to the log.
public struct OutputLog: LogHandler {
  /// The least severity of the messages that are passed on.
  public var logLevel: Logger.Level = .info
  /// The metadata that every message gets. A message's own values take precedence.
  public var metadata: Logger.Metadata = [:]
  /// Unused: a message's metadata are those of the handler and its own.
  public var metadataProvider: Logger.MetadataProvider?
  private let output: any LogOutput

  /// Creates a handler that passes messages to `output`.
  public init(_ output: any LogOutput) { self.output = output }

  /// The handler's metadata under a key; nil if there isn't a value.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Passes a message to the log, with its metadata sorted by key. Returns at once.
  public func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }
      .sorted { $0.key < $1.key }
      .map { (name: $0.key, value: LogValue($0.value)) }
    output.take(
      LogRecord(time: Date(), level: event.level, message: "\(event.message)", fields: fields))
  }
}

extension LogValue {
  fileprivate init(_ value: Logger.Metadata.Value) {
    switch value {
    case .stringConvertible(let number as any BinaryInteger): self = .number(Int(clamping: number))
    case .array(let values): self = .list(values.map { "\($0)" })
    case .dictionary(let values):
      self = .object(
        values.sorted { $0.key < $1.key }.map { Member($0.key, "\($0.value)") })
    case .string, .stringConvertible: self = .text("\(value)")
    }
  }
}
