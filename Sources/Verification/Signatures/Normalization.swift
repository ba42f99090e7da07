import Glibc

/// Unicode's normalisation form NFKD, which GLib knows. GLib is loaded for the first text that
/// isn't ASCII; hardly any is.
enum Normalization {
  /// Whether text that isn't ASCII can be normalised here.
  static var isComplete: Bool { library != nil }

  /// Returns a text in NFKD; nil if it isn't UTF-8, has a NUL besides other characters than ASCII,
  /// or GLib is missing.
  static func nfkd(_ text: [UInt8]) -> [UInt8]? {
    if text.allSatisfy({ $0 < 0x80 }) { return text }
    guard let library, !text.contains(0) else { return nil }
    return text.withUnsafeBytes { bytes in
      guard let result = library.normalize(bytes.baseAddress, bytes.count, 2 /* NFKD */) else {
        return nil
      }
      defer { library.free(result) }
      return Array(UnsafeRawBufferPointer(start: result, count: strlen(result)))
    }
  }

  private struct Functions {
    let normalize: @convention(c) (UnsafeRawPointer?, Int, CInt) -> UnsafeMutablePointer<CChar>?
    let free: @convention(c) (UnsafeMutableRawPointer?) -> Void
  }

  private static let library: Functions? = {
    guard let file = dlopen("libglib-2.0.so.0", RTLD_NOW | RTLD_LOCAL),
      let normalize = dlsym(file, "g_utf8_normalize"), let free = dlsym(file, "g_free")
    else { return nil }
    return Functions(
      normalize: unsafeBitCast(
        normalize,
        to: (@convention(c) (UnsafeRawPointer?, Int, CInt) -> UnsafeMutablePointer<CChar>?).self),
      free: unsafeBitCast(free, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self))
  }()
}
