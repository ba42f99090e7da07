/// Public keys that senders publish, by the URL that each came from.
public struct KeyStore: Sendable {
  private var keys: [String: [PublicKey]] = [:]
  /// Those that `keys` has nothing of the same URL for.
  private var others: [String: [PublicKey]] = [:]

  public init() {}

  /// Takes in what a sender publishes at a URL: a key set, a key in a JSON member `key`, a public
  /// key or a certificate.
  ///
  /// - Throws: if it is none of these; what was known of the URL stays.
  public mutating func insert(_ bytes: [UInt8], from url: String) throws(Misconfiguration) {
    if let set = try? KeySet(bytes) {
      keys[url] = set.keys
      return
    }
    let member = try? JSONText(bytes).root.member("key")?.string
    let text = String(decoding: member ?? bytes, as: UTF8.self)
    keys[url] = [try PublicKey(text, name: url)]
  }

  /// The keys that came from a URL; none if it was never fetched.
  public func keys(from url: String) -> [PublicKey] { keys[url] ?? others[url] ?? [] }

  /// The same store, which has these keys besides, in place of those that it was given the last time.
  public func beside(_ fetched: KeyStore) -> KeyStore {
    var store = self
    store.others = fetched.keys
    return store
  }
}
