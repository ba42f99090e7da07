import Bytes
import FoundationEssentials
import Glibc
import Webhooks

/// The file `pages.users`, by which the web server signs in the users of the pages: a name and the
/// hash of a password on each line.
package struct PageUsersFile {
  /// Why the file can't be read or written, in words.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The path of the file.
  package let path: String

  /// - Parameter directory: the configuration's folder.
  package init(directory: String) { path = "\(directory)/pages.users" }

  /// Returns the names in the file, in its order; empty if it doesn't exist.
  package func names() throws(Failure) -> [String] {
    try lines().map { String($0.prefix { $0 != ":" }) }
  }

  /// Adds a user with a new random password, or gives a user a new one.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - group: the group of the web server, which may read the file.
  /// - Returns: the password, which is kept nowhere.
  /// - Throws: the reason why it can't be added.
  package func add(_ name: String, group: gid_t?) throws(Failure) -> String {
    let password = String(decoding: Hex.encode(Self.random(16)), as: UTF8.self)
    let hash = try Self.hash(of: password)
    let others = try lines().filter { !$0.hasPrefix("\(name):") }
    try write(others + ["\(name):\(hash)"], group: group)
    return password
  }

  /// Removes a user.
  ///
  /// - Returns: false if there was no such user.
  package func remove(_ name: String, group: gid_t?) throws(Failure) -> Bool {
    let all = try lines()
    let others = all.filter { !$0.hasPrefix("\(name):") }
    if others.count == all.count { return false }
    try write(others, group: group)
    return true
  }

  private func lines() throws(Failure) -> [String] {
    guard access(path, F_OK) == 0 || errno != ENOENT else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(description: "\(path) can't be read: \(String(cString: strerror(errno)))")
    }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") && $0.contains(":") }
  }

  /// Replaces the file as a whole. Its folder is root's.
  private func write(_ lines: [String], group: gid_t?) throws(Failure) {
    func fail(_ what: String) -> Failure {
      Failure(description: "\(path) can't be \(what): \(String(cString: strerror(errno)))")
    }
    let draft = "\(path).new"
    unlink(draft)
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw fail("written") }
    defer { close(file) }
    let bytes = Array(lines.map { "\($0)\n" }.joined().utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw fail("written") }
    if let group, fchown(file, uid_t.max, group) != 0 { throw fail("given to the web server") }
    guard fchmod(file, 0o640) == 0, fsync(file) == 0, rename(draft, path) == 0 else {
      throw fail("replaced")
    }
  }

  /// Bytes of the kernel's generator.
  private static func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Hashes a password as crypt(5) describes it. It has 128 random bits, so the hash needn't be
  /// slow: nginx computes it for each request, between deliveries.
  private static func hash(of password: String) throws(Failure) -> String {
    let letters = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    let salt = String(random(16).map { letters[Int($0 & 63)] })
    typealias Crypt =
      @convention(c) (
        UnsafePointer<CChar>, UnsafePointer<CChar>
      ) -> UnsafeMutablePointer<CChar>?
    guard let library = dlopen("libcrypt.so.1", RTLD_NOW), let symbol = dlsym(library, "crypt")
    else { throw Failure(description: "libcrypt.so.1 isn't there: apt-get install libcrypt1") }
    let crypt = unsafeBitCast(symbol, to: Crypt.self)
    guard let made = crypt(password, "$6$rounds=1000$\(salt)$") else {
      throw Failure(description: "libcrypt.so.1 can't hash with SHA-512")
    }
    let text = String(cString: made)
    guard text.hasPrefix("$6$rounds=1000$\(salt)$") else {
      throw Failure(description: "libcrypt.so.1 can't hash with SHA-512")
    }
    return text
  }
}

extension PageRoles {
  /// The role of a user by name; nil if only `*` or a group gives one.
  package func role(of name: String) -> String? {
    [("administrator", administrators), ("operator", operators), ("viewer", viewers)]
      .first { $0.1.contains(name) }?.0
  }

  /// Returns the lists of `pages` in levelwind.yaml that have to change, so that a user has this
  /// role alone; nil for no role. The values are YAML.
  package func changes(
    of name: String, to role: String?
  ) -> [(key: String, value: String)] {
    let lists = [
      ("viewer", "viewers", viewers), ("operator", "operators", operators),
      ("administrator", "administrators", administrators),
    ]
    return lists.compactMap { word, key, list in
      var changed = list.filter { $0 != name }
      let isGiven = word == role && !(word == "viewer" && list.contains("*"))
      if isGiven { changed.append(name) }
      guard Set(changed) != Set(list) else { return nil }
      let names = changed.map { Self.isName($0) && !Self.isNumber($0) ? $0 : "\"\($0)\"" }
      return ("pages.\(key)", "[\(names.joined(separator: ", "))]")
    }
  }

  /// Whether YAML would take a name for something else than text.
  private static func isNumber(_ name: String) -> Bool {
    name.utf8.allSatisfy { 0x30...0x39 ~= $0 || "._-e".utf8.contains($0) }
      || ["true", "false", "null", "yes", "no", "on", "off"].contains(name)
  }
}
