/// What a webhook answers instead of the usual: its key `response`.
public struct ResponseRule: Sendable, Equatable {
  /// A header field of an answer.
  public struct Header: Sendable, Equatable {
    public let name: String
    public let value: String
  }

  /// The status of a success, a 2xx.
  public var status = 200
  /// Headers added to a success.
  public var headers: [Header] = []
  /// The body of a success; nil for the usual JSON.
  public var body: String?
  /// The status of every temporary refusal: 429 or a 5xx; nil for the usual ones.
  public var temporary: Int?
  /// The status of every permanent refusal: a 4xx or 5xx, or a 2xx if `discard`.
  public var permanent: Int?
  /// The status while the webhook is disabled: a 4xx or 5xx, or a 2xx if `discard`; nil for 404.
  public var disabled: Int?
  /// Whether the administrator has said that refused deliveries may be answered 2xx, and are lost.
  public var discard = false

  /// What a webhook without the key has.
  public static let usual = ResponseRule()
}
