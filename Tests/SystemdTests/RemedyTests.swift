import Foundation
import Testing

@testable import Harness
@testable import Serving

/// Every remedy that `check`, `status` and `health` print is run where its fault exists.
@Suite(.needs(.machine, toProve: "that the remedies that are printed work"))
struct RemedyTests {
  @Test func `each remedy that is printed is run, and mends what it is printed for`() throws {
    try Machine.open { machine in
      try machine.install()
      try machine.startNginx()
      try machine.write("correct-horse-battery\n", to: "/root/secret", mode: 0o600)
      try machine.shell(
        """
        printf 'base_url: https://hooks.example.org\\nmin_free: 1MiB\\nmin_free_inodes: 10\\n' >/etc/levelwind/levelwind.yaml
        adduser --system --group --no-create-home erp >/dev/null
        systemctl restart levelwind
        levelwind incoming create Orders --group erp
        levelwind webhook create Shop --incoming orders --secret-file /root/secret
        """)
      let before = try machine.run("levelwind", "check")
      #expect(before.status == 0, "\(before.text)")
      for kind in Remedy.Kind.allCases {
        do {
          try run(RemedyScenario.of(kind), kind, on: machine)
        } catch {
          Issue.record("\(kind): \(error)")
        }
      }
    }
  }

  private func run(_ scenario: RemedyScenario, _ kind: Remedy.Kind, on machine: Machine) throws {
    #expect(scenario.remedy.kind == kind)
    func said() throws -> String { try machine.run("bash", "-c", scenario.asking).text }
    try machine.shell(scenario.breaking)
    if let words = scenario.says {
      do {
        let isCheck = scenario.asking == "levelwind check"
        let remedy = isCheck ? scenario.remedy.inline : scenario.remedy.text
        try until("\(kind): it is said") {
          let text = try said()
          return text.contains(words) && text.contains(remedy)
        }
        let line = try #require(
          said().split(separator: "\n").first { $0.contains(words) }, "\(kind)")
        #expect(
          line.contains(remedy), "\(kind): \(line)"
        )
      } catch {
        Issue.record("\(kind): \(error)\n\(try said())")
      }
    }
    try machine.shell(scenario.byHand)
    var shown = ""
    for command in scenario.remedy.commands {
      let result =
        try scenario.typing.map { try machine.run("python3", "-c", Self.typist, command, $0) }
        ?? machine.run("bash", "-c", "export EDITOR=true; \(command) </dev/null")
      shown += result.text + result.errors
      // 64 means wrong usage, and 126 and 127 are the shell's codes for a command that can't be
      // run.
      #expect(
        scenario.isShowing ? ![64, 126, 127].contains(result.status) : result.status == 0,
        "\(kind): \(command): \(result.status)\n\(result.text)\(result.errors)")
    }
    if let words = scenario.shows { #expect(shown.contains(words), "\(kind): \(shown)") }
    try machine.shell(scenario.mending)
    if let words = scenario.says {
      do {
        try until("\(kind): it is mended") { try !said().contains(words) }
      } catch {
        Issue.record("\(kind): \(error)\n\(try said())")
      }
    }
    try machine.shell(scenario.after)
  }

  /// Runs a command at a terminal, and types a line where it asks.
  private static let typist = """
    import os, pty, sys
    left = [sys.argv[2].encode() + b'\\n']
    def read(terminal):
        said = os.read(terminal, 4096)
        if left and said.rstrip().endswith(b':'):
            os.write(terminal, left.pop())
        return said
    sys.exit(os.waitstatus_to_exitcode(pty.spawn(['bash', '-c', sys.argv[1]], read)))
    """
}
