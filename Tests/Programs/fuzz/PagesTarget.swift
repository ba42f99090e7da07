import AdministrationMessages
import Bytes
import Foundation

@testable import Pages

/// A request for a page, as a browser may send it, and a question that a page may ask.
enum PagesTarget {
  /// What is read strictly is text without a NUL; and markup made of it has no markup in it but
  /// ours.
  static func run(_ input: [UInt8]) {
    let query = Array(input.drop { $0 != UInt8(ascii: "?") }.dropFirst())
    let path = Array(input.prefix { $0 != UInt8(ascii: "?") })
    if let fields = try? Fields(query) {
      for name in ["name", "since", "text", "page"] {
        check(fields[name])
        _ = fields.number(name)
      }
      if let route = Route(path) {
        for verb in [route.verb(fields), route.change(fields)?.verb].compactMap(\.self) {
          let question = AdministrationQuestion(user: "a", groups: [], request: "", verb)
          hold(
            AdministrationQuestion(question.bytes) == question, "a question is read as another")
        }
      }
    }
    changes(input)
    _ = Visitor(users: [input], groups: [query])
    if let question = AdministrationQuestion(input) {
      hold(question.bytes == input, "a question is taken in another form")
    }
    _ = AdministrationAnswer(input)
    check(String(decoding: input, as: UTF8.self))
  }

  /// A form that is read asks a helper for what the helper reads, and never for all tasks unless it
  /// says so.
  private static func changes(_ form: [UInt8]) {
    guard let fields = try? Fields(form, most: Fields.mostOfForm) else { return }
    let places: [Route] = [
      .changeTasks(.retry, "a"), .changeTask(.purge, "a", "b"), .again, .deliveryAgain("a"),
      .explain("a"),
    ]
    for place in places {
      guard let change = place.change(fields) else { continue }
      let question = AdministrationQuestion(user: "a", groups: [], request: "", change.verb)
      hold(AdministrationQuestion(question.bytes) == question, "a change is read as another")
      if case .changeTasks(_, let choice) = change.verb {
        hold(!choice.isAll || fields["all"] == "yes", "all tasks are meant")
        hold(choice.ids.allSatisfy { !$0.utf8.contains(0) }, "an id has a NUL")
      }
    }
  }

  private static func check(_ text: String) {
    let html: HTML = "\(text)"
    hold(!html.bytes.contains { "<>\"'".utf8.contains($0) || $0 == 0 }, "a text is markup")
    let sent: HTML = "\(sender: text)"
    hold(sent.bytes.count { $0 == UInt8(ascii: "<") } == 2, "a stranger's text is markup")
    hold(Link.webhook(text).text.utf8.allSatisfy { 0x21...0x7e ~= $0 }, "a link has odd bytes")
  }
}
