import Foundation
import Testing

@testable import Webhooks

/// A file's text before and after a change; `after` is nil if the change must be refused.
struct EditCase: Sendable, CustomTestStringConvertible {
  enum Change: Sendable {
    case disable
    case name(String)
    case log
    case add(String, to: String = "pre_processors[0].secrets")
    case retire(Int, of: String = "pre_processors[0].secrets")
    case set(String, to: String)
    case unset(String)
    case remove(Int, of: String = "pre_processors[0].secrets")
  }

  let what: String
  let change: Change
  let before: String
  let after: String?

  var testDescription: String { what }

  static let moment = Date(timeIntervalSince1970: 1_790_000_000)

  /// Returns the changed text; nil if the change is refused.
  func changed() -> String? {
    var text = ConfigurationText(Array(before.utf8))
    do throws(UneditableText) {
      switch change {
      case .disable: try text.setDisabled(true)
      case .name(let name): try text.setName(name)
      case .log: try text.addLogging()
      case .add(let file, let path): try text.addSecret(file: file, to: path)
      case .retire(let place, let path):
        try text.retireSecret(place, of: path, at: Self.moment)
      case .set(let path, let value): try text.set(path, to: value)
      case .unset(let path): try text.unset(path)
      case .remove(let place, let path): try text.removeSecret(place, of: path)
      }
    } catch {
      #expect(text.bytes == Array(before.utf8), "refused, and changed all the same")
      return nil
    }
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
