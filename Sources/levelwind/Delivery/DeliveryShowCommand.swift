import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Serving
import Spooling
import Webhooks

/// `levelwind delivery show`.
struct DeliveryShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a delivery: what was decided and why, and where its tasks are now.",
    discussion: """
      The id is the delivery's own, its beginning, its sender's, or that of one of its tasks. \
      Characters that a terminal would act on are shown as \\u001b and the like.

      --as-test makes an example for levelwind test: a tar archive with the request, what today's \
      configuration decides about it, and test secrets, with which it is signed anew as of the \
      time when it came. The body stays as it is: look at it before you share it.

        levelwind delivery show 019a3f --as-test | tar -x -C /etc/levelwind
      """)

  @Argument(help: "The delivery's id, the beginning of it, the sender's id, or a task's.")
  var id: String
  @OptionGroup var history: HistoryOptions
  @Flag(help: "Print one JSON object.")
  var json = false
  @Flag(help: "Make an example of it, in place of showing it: a tar archive.")
  var asTest = false
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "With --as-test, the name of the example. By default the delivery's id.", valueName: "name"))
  var name: String?

  func validate() throws {
    if asTest, json { throw ValidationError("--as-test prints an archive, not JSON") }
    if name != nil, !asTest { throw ValidationError("--as is for --as-test") }
  }

  /// The bytes of a body that are shown.
  private static let most = 64 << 10

  func run() throws {
    let settings = try history.open()
    let entry = try history.only(id, settings)
    if asTest { return try writeExample(entry) }
    let status = StatusFile.read(state: settings.state)
    let marks = DeliveryMarks(state: settings.state).of(entry)
    let tasks = entry.facts.routes.flatMap { route in
      (route.tasks ?? []).map { id in
        (
          id: id, incoming: route.incoming,
          place: TaskWhereabouts(id, in: route.incoming, settings, status)
        )
      }
    }
    if json {
      let places = tasks.map { task in
        var words: [UInt8] = []
        JSONText.appendQuoted(task.place.words, to: &words)
        return Array(
          #"{"id":"\#(task.id)","incoming":"\#(task.incoming)","state":"\#(task.place.state)","what":"#
            .utf8) + words + [0x7d]
      }
      var line = entry.json(marks)
      line.removeLast(2)
      line += Array(",\"places\":[".utf8) + places.joined(separator: [0x2c])
      let safe = SafeText.text(String(decoding: line, as: UTF8.self), limit: .max)
      return Output.write("\(safe)]}\n")
    }
    for line in entry.facts.lines { print(SafeText.text(line, limit: 8192)) }
    for task in tasks {
      print(SafeText.text("task \(task.id) in \(task.incoming): \(task.place.words)", limit: 8192))
    }
    for mark in marks { print("brought back: \(mark.words)") }
    print("")
    let shown = entry.head + (entry.body ?? []).prefix(Self.most)
    let text = String(decoding: shown, as: UTF8.self).replacing("\r\n", with: "\n")
    print(SafeText.text(text, limit: .max, keepsLines: true))
    if entry.body == nil {
      print("(the body was not kept)")
    } else if let body = entry.body, body.count > Self.most {
      print("(of \(body.count) bytes; levelwind delivery body \(entry.facts.id) prints all)")
    }
  }
}

extension DeliveryShowCommand {
  private func writeExample(_ entry: HistoryEntry) throws {
    _ = try entry.keptBody()
    let directory = history.configuration.directory
    let draft: ExampleDraft
    do throws(ExampleDraft.Impossible) {
      draft = try ExampleDraft(
        of: entry.message, entry.facts, named: name ?? entry.facts.id, in: directory)
    } catch {
      throw ExitCode.because(1, SafeText.text(error.reason, limit: 8192))
    }
    for note in draft.notes { ExitCode.say(SafeText.text(note, limit: 8192)) }
    try Archive.requireNoTerminal(
      "send it to a file with >FILE, or into a configuration with | tar -x -C \(directory)")
    try Archive.write(draft.files.map { Ustar.File(path: $0.path, bytes: $0.bytes) })
  }
}

/// `levelwind delivery body`.
struct DeliveryBodyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "body", abstract: "Prints the exact bytes of a delivery's body.")

  @Argument(help: "The delivery's id, the beginning of it, the sender's id, or a task's.")
  var id: String
  @OptionGroup var history: HistoryOptions

  func run() throws {
    let entry = try history.only(id, try history.open())
    Output.write(try entry.keptBody())
  }
}

/// `levelwind delivery raw`.
struct DeliveryRawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "raw",
    abstract: "Prints a delivery's request as an HTTP message, for levelwind explain and tests.",
    discussion: """
      Headers that carried a secret are left out, and query parameters that did are masked.

        levelwind delivery raw 019a3f | levelwind explain shop
      """)

  @Argument(help: "The delivery's id, the beginning of it, the sender's id, or a task's.")
  var id: String
  @OptionGroup var history: HistoryOptions

  func run() throws {
    let entry = try history.only(id, try history.open())
    _ = try entry.keptBody()
    Output.write(entry.message)
  }
}

extension HistoryEntry {
  /// Returns the body.
  ///
  /// - Throws: exit code 1 if it wasn't kept.
  func keptBody() throws -> [UInt8] {
    if let body { return body }
    throw ExitCode.because(
      1,
      "the body of \(facts.id) was not kept: history has bodies: false, or it was too large, or did "
        + "not come whole")
  }
}
