import FoundationEssentials
import Verification

/// The options of one entry in a list of `public_keys`.
enum PublicKeyOptions {
  static let file = Option(
    optional: "file", .path,
    "The path of a file, absolute or from the configuration's folder: PEM (a public key or a "
      + "certificate), the key as its sender shows it, or a JSON Web Key Set.")
  static let literal = Option(
    optional: "literal", .text, "The key itself, in the same formats.")
  static let name = Option(
    optional: "name", .line,
    "The key's name in the log. For tokens, the `kid` that the key belongs to. A key set names "
      + "its keys itself.")
  static let notAfter = Option(
    optional: "not_after", .moment, "The moment after which it no longer matches.")

  static let all: [any DocumentedOption] = [file, literal, name, notAfter]
}

extension Form where Value == [PublicKey] {
  /// One or more public keys of one sender.
  static let publicKeys = Form(
    type: list.type, expectation: list.expectation, schema: list.schema, write: { _ in "" },
    read: { found in
      guard let keys = list.read(found) else { return nil }
      for (place, key) in keys.enumerated().flatMap({ one in one.element.map { (one.offset, $0) } })
      {
        guard let name = key.name else { continue }
        found.reading.context.secrets.found.append(
          NamedSecret(path: found.path, place: place, name: name, notAfter: key.notAfter))
      }
      return keys.flatMap(\.self)
    })

  private static let list = Form<[[PublicKey]]>.list(of: one, "public keys")

  private static let one = Form<[PublicKey]>.mapping(
    "a public key such as {file: keys/sender.pem}", options: PublicKeyOptions.all
  ) { mapping in
    let options = PublicKeyOptions.self
    let file = mapping[options.file]
    let literal = mapping[options.literal]
    let name = mapping[options.name]
    let notAfter = mapping[options.notAfter]
    guard mapping.hasOne(of: [options.file, options.literal]) else { return nil }
    guard let place = mapping.found(options.file) ?? mapping.found(options.literal),
      let text = literal.map({ Array($0.utf8) }) ?? file.flatMap({ bytes($0, place) })
    else { return nil }
    if let set = try? KeySet(text) { return set.keys }
    do throws(Misconfiguration) {
      let key = String(decoding: text, as: UTF8.self)
      return [try PublicKey(key, name: name, notAfter: notAfter)]
    } catch {
      place.report(error.reason)
      return nil
    }
  }

  private static func bytes(_ path: String, _ found: Found) -> [UInt8]? {
    do throws(BoundedFile.Failure) {
      let file = try BoundedFile.read(path, limit: 256 << 10)
      found.reading.context.seen.note(path, file.stamp)
      return file.bytes
    } catch {
      found.report("\(path) \(error)")
      return nil
    }
  }
}
