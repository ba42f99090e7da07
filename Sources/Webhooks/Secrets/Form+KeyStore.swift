import Verification

extension Form where Value == KeyStore {
  private static let url = Option(
    required: "url", .url,
    "The URL at which the sender publishes the key, as its deliveries or its documentation "
      + "say.")
  private static let file = Option(
    required: "file", .path,
    "The path of a file with the key from that URL, absolute or from the configuration's folder: "
      + "a JSON Web Key Set, a public key or a certificate.")

  /// Public keys that senders publish, kept in files.
  static let keyStore = Form(
    type: list.type, expectation: list.expectation, nested: list.nested, schema: list.schema,
    write: { _ in "[]" },
    read: { found in
      guard let published = list.read(found) else { return nil }
      var store = KeyStore()
      for key in published {
        do throws(Misconfiguration) {
          try store.insert(key.bytes, from: key.url)
        } catch {
          found.report("\(key.url): \(error.reason)")
          return nil
        }
      }
      return store
    })

  private static let list = Form<[PublishedKey]>.list(of: one, "published keys")

  private static let one = Form<PublishedKey>.mapping(
    "a published key such as {url: …, file: keys/sns.pem}", options: [url, file]
  ) { mapping in
    let file = mapping[file]
    guard let url = mapping[url], let file, let found = mapping.found(Self.file) else { return nil }
    do throws(BoundedFile.Failure) {
      let content = try BoundedFile.read(file, limit: 256 << 10)
      found.reading.context.seen.note(file, content.stamp)
      return PublishedKey(url: url, bytes: content.bytes)
    } catch {
      found.report("\(file) \(error)")
      return nil
    }
  }
}

/// The bytes that a sender publishes at a URL.
private struct PublishedKey: Sendable {
  let url: String
  let bytes: [UInt8]
}
