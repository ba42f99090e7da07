import Foundation
import Logging

/// What the program logs of itself, on its way into the log.
public struct OutputLog: LogHandler {
  public var logLevel: Logger.Level = .info
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let output: any LogOutput

  public init(_ output: any LogOutput) { self.output = output }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

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
