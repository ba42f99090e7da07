/// Public keys that senders publish, by the URL that each came from.
public struct KeyStore: Sendable {
  private var keys: [String: [PublicKey]] = [:]
  /// The keys that `beside` was last given. They are used for URLs that aren't in `keys`.
  private var others: [String: [PublicKey]] = [:]

  /// Makes a store without keys.
  public init() {}

  /// Stores what a sender publishes at a URL: a key set, a key in a JSON member `key`, a public key
  /// or a certificate.
  ///
  /// - Throws: `Misconfiguration` if the bytes are anything else. The keys known before then stay.
  public mutating func insert(_ bytes: [UInt8], from url: String) throws(Misconfiguration) {
    if let set = try? KeySet(bytes) {
      keys[url] = set.keys
      return
    }
    let member = try? CheckedJSON(bytes).root.member("key")?.string
    let text = String(decoding: member ?? bytes, as: UTF8.self)
    keys[url] = [try PublicKey(text, name: url)]
  }

  /// Returns the keys that came from a URL; empty if it was never fetched.
  public func keys(from url: String) -> [PublicKey] { keys[url] ?? others[url] ?? [] }

  /// Returns this store with the keys of another one for URLs that it lacks. They replace those
  /// given in the last call.
  public func beside(_ fetched: KeyStore) -> KeyStore {
    var store = self
    store.others = fetched.keys
    return store
  }
}
