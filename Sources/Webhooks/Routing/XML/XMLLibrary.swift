import CXML

/// What libxml2 is told once: it opens nothing, whatever a document names.
enum XMLLibrary {
  static let prepared: Void = {
    xmlInitParser()
    xmlSetExternalEntityLoader { _, _, _ in nil }
  }()

  /// The words of an error, in one line.
  static func words(_ error: UnsafePointer<xmlError>?) -> String {
    guard let message = error?.pointee.message else { return "unknown error" }
    let text = String(cString: message).split(whereSeparator: \.isNewline).joined(separator: " ")
    return String(text.prefix(300))
  }
}
