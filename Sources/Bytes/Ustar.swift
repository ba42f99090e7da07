/// Tar archives of regular files in the format `ustar` of POSIX.1-1988.
///
/// `tar --format=ustar` makes and unpacks them. Nothing but files and folders is read: a link, a
/// device, or a path that leads out of the folder where it is unpacked, is an error.
public enum Ustar {
  /// A file of an archive. It never prints its content.
  public struct File: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The path, with `/` between names.
    public let path: String
    /// The content.
    public let bytes: [UInt8]

    /// Takes a path and a content.
    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }

    /// The path.
    public var description: String { path }
    /// The path alone.
    public var customMirror: Mirror { Mirror(self, children: ["path": path]) }
  }

  /// Why an archive can't be made or read, in words.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The reason in words.
    public let description: String

    init(_ words: String) { description = words }
  }

  /// The most files of an archive.
  public static let mostFiles = 10_000
  /// The most bytes of an archive.
  public static let mostBytes = 64 << 20

  private static let block = 512

  /// Makes an archive: the same bytes for the same files, each owned by root with mode 0644.
  ///
  /// - Throws: if the format can't hold a path, or the archive would be larger than `mostBytes`.
  public static func archive(_ files: [File]) throws(Failure) -> [UInt8] {
    var archive: [UInt8] = []
    for file in files {
      archive += try header(of: file)
      archive += file.bytes
      archive += [UInt8](repeating: 0, count: padding(file.bytes.count))
      guard archive.count <= mostBytes - 2 * block else {
        throw Failure("the archive would be larger than \(mostBytes >> 20) MiB")
      }
    }
    return archive + [UInt8](repeating: 0, count: 2 * block)
  }

  /// Reads the files of an archive, in its order.
  ///
  /// - Throws: if it isn't such an archive, ends too early, is larger than `mostBytes`, has more
  ///   than `mostFiles` entries, or has anything but files and folders at harmless paths, each
  ///   once.
  public static func files(of archive: [UInt8]) throws(Failure) -> [File] {
    guard archive.count <= mostBytes else {
      throw Failure("the archive is larger than \(mostBytes >> 20) MiB")
    }
    var files: [File] = []
    var seen: Set<String> = []
    var rest = archive[...]
    while true {
      guard rest.count >= block else { throw Failure("the archive ends too early") }
      let header = rest.prefix(block)
      rest = rest.dropFirst(block)
      if header.allSatisfy({ $0 == 0 }) { break }
      let entry = try Entry(header)
      guard rest.count >= entry.size else { throw Failure("\(entry.path): the archive ends in it") }
      let bytes = Array(rest.prefix(entry.size))
      rest = rest.dropFirst(entry.size + padding(entry.size))
      guard seen.insert(entry.path).inserted else { throw Failure("\(entry.path) is there twice") }
      guard seen.count <= mostFiles else {
        throw Failure("the archive has more than \(mostFiles) entries")
      }
      if !entry.isFolder { files.append(File(path: entry.path, bytes: bytes)) }
    }
    guard rest.count >= block else { throw Failure("the archive ends too early") }
    guard rest.allSatisfy({ $0 == 0 }) else {
      throw Failure("something is behind the archive's end")
    }
    return files
  }

  /// Returns the bytes between a content's end and the next header.
  private static func padding(_ count: Int) -> Int { (block - count % block) % block }

  /// Returns the sum of a header's bytes, with spaces in the place of the sum.
  private static func sum(_ header: some Collection<UInt8>) -> Int {
    header.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
  }

  private static func header(of file: File) throws(Failure) -> [UInt8] {
    let path = Array(file.path.utf8)
    // A long path is split at a slash: at most 155 bytes, and at most 100.
    let cuts = [nil] + path.indices.filter { path[$0] == UInt8(ascii: "/") }.map(Optional.some)
    func fits(_ cut: Int?) -> Bool {
      path.count - (cut.map { $0 + 1 } ?? 0) <= 100 && cut ?? 0 <= 155
    }
    guard let cut = cuts.first(where: fits) else {
      throw Failure("\(file.path) is too long for an archive: its last name may have 100 bytes")
    }
    var header = [UInt8](repeating: 0, count: block)
    func put(_ bytes: some Collection<UInt8>, at place: Int) {
      header.replaceSubrange(place..<place + bytes.count, with: bytes)
    }
    func put(_ number: Int, at place: Int, digits: Int) {
      let text = String(number, radix: 8)
      put((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8, at: place)
    }
    put(path[(cut.map { $0 + 1 } ?? 0)...], at: 0)
    put(0o644, at: 100, digits: 7)
    put(0, at: 108, digits: 7)
    put(0, at: 116, digits: 7)
    put(file.bytes.count, at: 124, digits: 11)
    put(0, at: 136, digits: 11)
    put("0".utf8, at: 156)
    put("ustar\u{0}00".utf8, at: 257)
    for place in [265, 297] { put("root".utf8, at: place) }
    for place in [329, 337] { put(0, at: place, digits: 7) }
    put(path[..<(cut ?? 0)], at: 345)
    put(sum(header), at: 148, digits: 6)
    put([0, 0x20], at: 154)
    return header
  }

  /// What a header says.
  private struct Entry {
    let path: String
    let size: Int
    let isFolder: Bool

    init(_ header: ArraySlice<UInt8>) throws(Failure) {
      let bytes = Array(header)
      func text(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range].prefix { $0 != 0 } }
      /// Octal digits, with spaces or zero bytes around them; nil for anything else.
      func number(_ range: Range<Int>) -> Int? {
        let digits = bytes[range].drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard digits.allSatisfy({ 0x30...0x37 ~= $0 }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8)
      }
      guard Array(bytes[257..<265]) == Array("ustar\u{0}00".utf8), number(148..<156) == sum(bytes)
      else {
        throw Failure("this isn't a tar archive in the format ustar (tar --format=ustar)")
      }
      let parts = [text(345..<500), text(0..<100)].filter { !$0.isEmpty }
      var path = Array(parts.joined(separator: [UInt8(ascii: "/")]))
      let kind = bytes[156]
      isFolder = kind == UInt8(ascii: "5")
      if isFolder, path.last == UInt8(ascii: "/") { path.removeLast() }
      self.path = String(decoding: path, as: UTF8.self)
      let shown = path.allSatisfy { 0x21...0x7e ~= $0 } ? self.path : "an entry"
      guard isFolder || kind == UInt8(ascii: "0") || kind == 0 else {
        throw Failure("\(shown) is a link or something else: an archive holds files alone")
      }
      let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      guard path.allSatisfy({ 0x21...0x7e ~= $0 }),
        !names.contains(where: {
          $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
        })
      else { throw Failure("\(shown) can't be unpacked: a path is of names, without . and ..") }
      guard let size = number(124..<136), size <= mostBytes, !isFolder || size == 0 else {
        throw Failure("\(shown): its size can't be read, or is too large")
      }
      self.size = size
    }
  }
}
