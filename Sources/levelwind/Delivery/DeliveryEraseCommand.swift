import Administration
import ArgumentParser
import FoundationEssentials
import Webhooks

/// `levelwind delivery erase`.
struct DeliveryEraseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erases deliveries for good, as for a data-protection request.",
    discussion: """
      Erases from the history and its index of words, and the tasks and records of these \
      deliveries in done/ and failed/. What is still to be worked on stays, and is counted. It \
      doesn't reach the journal (journalctl --vacuum-time), nginx's logs, backups, what importers \
      made of the tasks, the write-ahead log, which is written over by later deliveries, and \
      damaged files of the history, which levelwind health names. The plan is shown first, and \
      nothing is erased without a yes, or --yes. It can be repeated after an interruption.

        levelwind delivery erase shop --text jane@example.org --dry-run
      """)

  @Argument(
    help: ArgumentHelp("Ids of deliveries, or webhooks' identifiers.", valueName: "id"),
    completion: .webhooks)
  var names: [String]
  @OptionGroup var history: HistoryOptions
  @OptionGroup var selection: DeliverySelection
  @Flag(help: "Count what would be erased; change nothing.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Print the counts as a JSON object.")
  var json = false

  func run() throws {
    if !yes, !dryRun, !Terminal.isInteractive {
      throw ValidationError(
        "there is no terminal for the question: --dry-run shows the plan, --yes goes ahead")
    }
    let settings = try history.open()
    let chosen = try ChosenDeliveries(names, selection, settings)
    var erasing = ErasingDeliveries(settings)
    try chosen.each("found") { erasing.add($0) }
    let plan = erasing.run(isErasing: false)
    if dryRun { return say(plan, isDone: false) }
    if !json, !yes { say(plan, isDone: false) }
    guard yes || Terminal.confirms("Erase all this for good?") else {
      throw ExitCode.because(1, "nothing was erased")
    }
    let done = erasing.run(isErasing: true)
    say(done, isDone: true)
    for problem in done.problems { ExitCode.say(problem) }
    if !done.problems.isEmpty { throw ExitCode(1) }
  }

  private func say(_ count: ErasingDeliveries.Count, isDone: Bool) {
    if json {
      print(
        "{\"entries\":\(count.entries),\"tasks\":\(count.tasks),\"records\":\(count.records),"
          + "\"waiting\":\(count.waiting)}")
      return
    }
    print(isDone ? "erased:" : "found:")
    print("  \(count.entries) in the history and its index of words")
    print("  \(count.tasks) in done/ and failed/ of spools")
    print("  \(count.records) in done/ and failed/ of post-processors' records")
    if count.waiting > 0 { print("left, since they are still to be worked on: \(count.waiting)") }
    print(
      "not reached: the journal, the web server's logs, backups, what importers made of the tasks, "
        + "the write-ahead log, which later deliveries overwrite, and damaged files of the history")
  }
}
