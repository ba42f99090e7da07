import Foundation
import JSONBytes

extension TaskDocument {
  /// What the documents of one delivery say alike: worked out once.
  ///
  /// Nothing is left out or masked here. What carries a secret must not come in.
  public struct Delivery: Sendable {
    let source: String
    let time: String
    let webhook: String
    let id: UUIDv7
    let senderDelivery: [UInt8]?
    /// The members of `data` from `method` to `headers`.
    let data: [UInt8]

    /// - Parameters:
    ///   - source: the webhook's public URL, or its path where none is known.
    ///   - webhook: its identifier.
    ///   - senderDelivery: the sender's own id of the delivery, if there is one.
    ///   - path: of the request target, undecoded.
    ///   - query: undecoded, without its `?`; empty if there is none.
    ///   - remote: the client's address.
    ///   - verified: what proved the sender, `header:X-Webhook-Secret`; empty if nothing had to.
    ///   - contentEncoding: the content coding that the body came with, and has here no more; nil if none.
    ///   - headers: in the order they came in, names in lower case; repeated ones are joined by `, `
    ///     where the first of them stood. Values that are not UTF-8 are read as ISO-8859-1.
    public init(
      source: String, time: Date, webhook: String, id: UUIDv7, senderDelivery: [UInt8]?,
      method: String, path: [UInt8], query: [UInt8], remote: String, verified: String,
      contentEncoding: String? = nil, headers: [(name: String, value: [UInt8])]
    ) {
      self.source = source
      self.time = time.rfc3339
      self.webhook = webhook
      self.id = id
      self.senderDelivery = senderDelivery
      var data = JSONMembers(capacity: 1024)
      data.append("method", method)
      data.append("path", fromSender: path)
      data.append("query", fromSender: query)
      data.append("remote", remote)
      data.append("verified", verified)
      if let contentEncoding { data.append("contentEncoding", contentEncoding) }
      data.open("headers")
      for header in Self.joined(headers) {
        data.append(named: header.name, fromSender: header.value)
      }
      data.close()
      self.data = data.bytes
    }

    /// The same of a document that was written before, read back.
    ///
    /// - Parameters:
    ///   - time: as it stands there.
    ///   - data: the members of `data` from `method` to `headers`, as they stand there.
    public init(
      source: String, time: String, webhook: String, id: UUIDv7, senderDelivery: [UInt8]?,
      data: [UInt8]
    ) {
      self.source = source
      self.time = time
      self.webhook = webhook
      self.id = id
      self.senderDelivery = senderDelivery
      self.data = data
    }

    private static func joined(
      _ headers: [(name: String, value: [UInt8])]
    ) -> [(name: String, value: [UInt8])] {
      // Mostly none is repeated.
      if Set(headers.lazy.map(\.name)).count == headers.count { return headers }
      var joined: [(name: String, value: [UInt8])] = []
      var places: [String: Int] = [:]
      for header in headers {
        // Each by itself: one that is not UTF-8 must not change how another is read.
        let value = UTF8Text.readingLatin1IfInvalid(header.value)
        if let place = places[header.name] {
          joined[place].value += Array(", ".utf8) + value
        } else {
          places[header.name] = joined.count
          joined.append((name: header.name, value: value))
        }
      }
      return joined
    }
  }
}
