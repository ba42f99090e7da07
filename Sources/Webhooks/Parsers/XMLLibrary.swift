import CXML

/// The setup of libxml2, which is done once. After it, libxml2 opens nothing, whatever a document
/// names.
enum XMLLibrary {
  static let prepared: Void = {
    xmlInitParser()
    xmlSetExternalEntityLoader { _, _, _ in nil }
  }()

  /// Returns the message of an error on one line, at most 300 characters.
  static func words(_ error: UnsafePointer<xmlError>?) -> String {
    guard let message = error?.pointee.message else { return "unknown error" }
    let text = String(cString: message).split(whereSeparator: \.isNewline).joined(separator: " ")
    return String(text.prefix(300))
  }
}
