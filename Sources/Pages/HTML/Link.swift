import AdministrationMessages
import Bytes

/// A place of the pages: a path and a query. Its parts are encoded one by one, so no text can lead
/// elsewhere.
struct Link: Sendable, Equatable {
  let text: String

  /// - Parameters:
  ///   - parts: the segments of the path, undecoded.
  ///   - query: the fields of the query; those with an empty value are left out.
  init(_ parts: [String], _ query: [(name: String, value: String)] = []) {
    func encoded(_ text: String) -> String {
      String(decoding: FormFields.encode(Array(text.utf8)), as: UTF8.self)
    }
    var text = parts.map { "/" + encoded($0) }.joined()
    let fields = query.filter { !$0.value.isEmpty }
      .map { "\(encoded($0.name))=\(encoded($0.value))" }
    if !fields.isEmpty { text += "?" + fields.joined(separator: "&") }
    self.text = text
  }

  static let status = Link(["status"])
  static let info = Link(["settings", "info"])
  static let changes = Link(["settings", "changes"])
  static let users = Link(["settings", "users"])
  static let webhooks = Link(["webhooks"])
  static let incomings = Link(["incoming"])
  static let deliveries = Link(["deliveries"])
  static let spools = Link(["tasks"])

  static func webhook(_ identifier: String) -> Link { Link(["webhooks", identifier]) }
  static func incoming(_ identifier: String) -> Link { Link(["incoming", identifier]) }
  static func delivery(_ id: String) -> Link { Link(["deliveries", id]) }
  static func deliveries(of webhook: String) -> Link {
    Link(["deliveries"], [("webhook", webhook)])
  }
  static func tasks(_ incoming: String, _ query: [(name: String, value: String)] = []) -> Link {
    Link(["tasks", incoming], query)
  }
  static func task(_ incoming: String, _ id: String) -> Link { Link(["tasks", incoming, id]) }

  static let again = Link(["deliveries", "again"])
  static func change(_ action: TaskAction, _ incoming: String) -> Link {
    Link(["tasks", incoming, action.rawValue])
  }

  /// The place below this one.
  func below(_ part: String) -> Link { Link(verbatim: "\(text)/\(part)") }

  /// This place, saying what was done.
  func with(_ done: Done) -> Link {
    Link(verbatim: "\(text)\(text.contains("?") ? "&" : "?")done=\(done.rawValue)")
  }

  private init(verbatim text: String) { self.text = text }
}
