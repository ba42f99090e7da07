import CRabbitMQ
import Webhooks

extension RabbitMQMessage {
  /// Hands the message to librabbitmq: persistent, and returned if no queue takes it.
  ///
  /// - Returns: a status of librabbitmq.
  func publish(
    on connection: amqp_connection_state_t, _ channel: amqp_channel_t, _ exchange: String
  ) -> Int32 {
    var texts = Texts()
    let (exchange, key) = (texts.add(exchange), texts.add(routingKey))
    let (id, type) = (texts.add(id), texts.add(contentType))
    let headers = headers.map { (texts.add($0.name), texts.add($0.value)) }
    return texts.withBytes { bytes in
      var entries = headers.map { name, value in
        amqp_table_entry_t(
          key: bytes(name),
          value: amqp_field_value_t(
            kind: UInt8(ascii: "S"), value: .init(bytes: bytes(value))))
      }
      return entries.withUnsafeMutableBufferPointer { entries in
        var properties = amqp_basic_properties_t()
        properties._flags = UInt32(AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG)
        properties.delivery_mode = 2
        properties.message_id = bytes(id)
        if !contentType.isEmpty {
          properties._flags |= UInt32(AMQP_BASIC_CONTENT_TYPE_FLAG)
          properties.content_type = bytes(type)
        }
        if !entries.isEmpty {
          properties._flags |= UInt32(AMQP_BASIC_HEADERS_FLAG)
          properties.headers = amqp_table_t(
            num_entries: Int32(entries.count), entries: entries.baseAddress)
        }
        return body.withUnsafeBytes { body in
          amqp_basic_publish(
            connection, channel, bytes(exchange), bytes(key), 1, 0, &properties,
            amqp_bytes_t(
              len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress)))
        }
      }
    }
  }
}

/// Texts for a call of librabbitmq, one behind the other.
private struct Texts {
  private var all: [UInt8] = []

  /// Adds a text.
  ///
  /// - Returns: its place.
  mutating func add(_ text: String) -> Range<Int> {
    let start = all.count
    all += text.utf8
    return start..<all.count
  }

  /// Calls a function with what returns the bytes at a place. They are valid until it returns.
  func withBytes<Result>(_ body: ((Range<Int>) -> amqp_bytes_t) -> Result) -> Result {
    all.withUnsafeBytes { all in
      body { place in
        let start = all.baseAddress.map { $0 + place.lowerBound }
        return amqp_bytes_t(
          len: place.count, bytes: UnsafeMutableRawPointer(mutating: start))
      }
    }
  }
}
