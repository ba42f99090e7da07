import Foundation

/// Whether a value is the text of a UUID of version 7.
func isUUID(_ value: Any?) -> Bool {
  guard let text = value as? String, UUID(uuidString: text) != nil else { return false }
  return text == text.lowercased() && text.dropFirst(14).first == "7"
}
