import CRabbitMQ
import Glibc

/// What librabbitmq returns, as errors.
enum AMQP {
  /// Throws if a status of librabbitmq is an error.
  static func check(_ status: Int32) throws(RelayError) {
    guard status < 0 else { return }
    throw .unusable(String(cString: amqp_error_string2(status)))
  }

  /// Throws if a broker refused something, or didn't answer.
  static func check(_ reply: amqp_rpc_reply_t) throws(RelayError) {
    switch reply.reply_type {
    case AMQP_RESPONSE_NORMAL: return
    case AMQP_RESPONSE_LIBRARY_EXCEPTION: try check(reply.library_error)
    case AMQP_RESPONSE_SERVER_EXCEPTION:
      // This way, what the connection's end says isn't taken for a message's fault.
      guard let decoded = reply.reply.decoded else { break }
      if reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD {
        let close = decoded.load(as: amqp_channel_close_t.self)
        throw .unusable("\(close.reply_code) \(close.reply_text.text)")
      }
      if reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD {
        let close = decoded.load(as: amqp_connection_close_t.self)
        throw .unusable("\(close.reply_code) \(close.reply_text.text)")
      }
    default: break
    }
    throw .unusable("the broker ended the connection")
  }
}

extension amqp_bytes_t {
  /// The bytes as text.
  var text: String {
    String(decoding: UnsafeRawBufferPointer(start: bytes, count: len), as: UTF8.self)
  }
}

extension timeval {
  /// Makes a time for librabbitmq.
  init(_ time: Duration) {
    self.init(
      tv_sec: Int(time / .seconds(1)), tv_usec: Int(time / .microseconds(1)) % 1_000_000)
  }
}
