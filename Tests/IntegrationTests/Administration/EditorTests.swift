import Foundation
import Testing

@testable import Harness

/// `webhook edit` and `incoming edit` with editors that take the terminal.
@Suite struct EditorTests {
  private static let files = [
    "incoming/stock.yaml": "name: Stock\n",
    "webhooks/erp.yaml": "name: ERP\nincoming: stock\npre_processors: []\n",
  ]

  /// Edits at a terminal, and reports the terminal's mode before and after.
  private func edit(
    _ command: [String], in levelwind: Administration, with editor: String,
    _ keys: [Keyboard.Answer]
  ) throws -> (status: Int32, screen: String, modes: [Substring]) {
    try levelwind.folder.write("", to: "tmp/.keep")
    let script = """
      trap : INT
      stty -a | tr '\\n' ' ' >"$TMPDIR/../before"
      "$@"
      status=$?
      stty -a | tr '\\n' ' ' >"$TMPDIR/../after"
      exit $status
      """
    let program = command[0] == "env" ? command : [Site.levelwind] + command
    let shell = [
      "env", "VISUAL=\(editor)", "TMPDIR=\(levelwind.folder("tmp").path)", "sh", "-c", script, "sh",
    ]
    let (status, screen) = try Keyboard.run(
      shell + program + ["--config", levelwind.folder("etc").path], keys: keys)
    return (
      status, screen, ["before", "after"].map { Substring(levelwind.folder.text($0)) }
    )
  }

  @Test(arguments: [
    (["webhook", "edit", "erp"], "webhooks/erp.yaml", "ERP"),
    (["incoming", "edit", "stock", "--user", "nobody"], "incoming/stock.yaml", "Stock"),
  ])
  func `vi edits and saves`(_ what: [String], _ file: String, _ name: String) throws {
    try Administration.run(Self.files) { levelwind in
      let before = levelwind.text(file)
      let (status, screen, modes) = try edit(
        what, in: levelwind, with: "vi", [(name, ":%s/\(name)/Changed/\r:wq\r")])
      #expect(status == 0, "\(screen)")
      #expect(levelwind.text(file) == before.replacing(name, with: "Changed"), "\(screen)")
      #expect(screen.contains("Changed \(file)."))
      #expect(!modes[0].isEmpty && modes[0] == modes[1])
      #expect(levelwind.folder.names(in: "tmp") == [".keep"])
    }
  }

  @Test func `nano edits and saves`() throws {
    try Administration.run(Self.files) { levelwind in
      let before = levelwind.text("webhooks/erp.yaml")
      let (status, screen, modes) = try edit(
        ["webhook", "edit", "erp"], in: levelwind, with: "nano --ignorercfiles",
        [("ERP", "# a note\r\u{f}"), ("File Name", "\r"), ("Wrote", "\u{18}")])
      #expect(status == 0, "\(screen)")
      #expect(levelwind.text("webhooks/erp.yaml") == "# a note\n" + before, "\(screen)")
      #expect(!modes[0].isEmpty && modes[0] == modes[1])
      #expect(levelwind.folder.names(in: "tmp") == [".keep"])
    }
  }

  @Test func `sensible-editor finds the editor, which edits and saves`() throws {
    try Administration.run(Self.files) { levelwind in
      let before = levelwind.text("webhooks/erp.yaml")
      let (status, screen, modes) = try edit(
        ["env", "EDITOR=vi", Site.levelwind, "webhook", "edit", "erp"], in: levelwind,
        with: "sensible-editor", [("ERP", ":%s/ERP/Changed/\r:wq\r")])
      #expect(status == 0, "\(screen)")
      #expect(levelwind.text("webhooks/erp.yaml") == before.replacing("ERP", with: "Changed"))
      #expect(!modes[0].isEmpty && modes[0] == modes[1])
      #expect(levelwind.folder.names(in: "tmp") == [".keep"])
    }
  }

  @Test func `vi that is left with an error changes nothing`() throws {
    try Administration.run(Self.files) { levelwind in
      let (status, screen, _) = try edit(
        ["webhook", "edit", "erp"], in: levelwind, with: "vi", [("ERP", ":cq\r")])
      #expect(status == 1)
      #expect(screen.contains("vi ended with 1"), "\(screen)")
      #expect(levelwind.text("webhooks/erp.yaml") == Self.files["webhooks/erp.yaml"])
      #expect(levelwind.folder.names(in: "tmp") == [".keep"])
    }
  }

  @Test func `Ctrl-C ends the editor, and leaves neither folder nor mode behind`() throws {
    try Administration.run(Self.files) { levelwind in
      let editor = "stty -echo -icanon; echo ready; exec sleep 600; true"
      let (status, screen, modes) = try edit(
        ["webhook", "edit", "erp"], in: levelwind, with: editor, [("ready", "\u{3}")])
      #expect(status == 1, "\(screen)")
      #expect(screen.contains("was ended by signal 2"), "\(screen)")
      #expect(!modes[0].isEmpty && modes[0] == modes[1])
      #expect(levelwind.folder.names(in: "tmp") == [".keep"])
    }
  }

  @Test func `Ctrl-C at the question leaves what was typed, and it was said where`() throws {
    try Administration.run(Self.files) { levelwind in
      let (_, screen, _) = try edit(
        ["webhook", "edit", "erp"], in: levelwind, with: "sed -i s/name/nmae/",
        [("Edit again?", "\u{3}")])
      let text = try #require(screen.firstRange(of: "Your text is in "))
      let path = screen[text.upperBound...].prefix { $0 != " " }.dropLast()
      #expect(try String(contentsOfFile: String(path), encoding: .utf8).hasPrefix("nmae: ERP"))
      #expect(levelwind.text("webhooks/erp.yaml") == Self.files["webhooks/erp.yaml"])
    }
  }
}
