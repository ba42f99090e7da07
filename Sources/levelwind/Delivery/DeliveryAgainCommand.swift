import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Verification
import Webhooks

/// `levelwind delivery again`.
struct DeliveryAgainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "again",
    abstract: "Brings deliveries back: verifies and routes them by today's configuration.",
    discussion: """
      This is for deliveries that were refused, or routed wrongly, because of the configuration or \
      of an outage, and for tasks that an importer removed too early. A delivery is verified as of \
      the time when it arrived. The plan is shown first, and nothing is done without a yes, or \
      --yes. A delivery that was brought back before is left out, unless --repeat is given. After \
      an interruption, run the command again: its tasks have the ids that they had, and a task \
      that lies anywhere in its spool is not made again.

      --to routes to one incoming configuration alone, and takes what was verified when it came as \
      verified. What a secret header or query parameter verified needs this, since these are not \
      kept.

      Exit 0 if all that pass were brought back, and at least one delivery passed; 1 if none did, \
      or something failed.

        levelwind delivery again shop --on tuesday --verdict unwanted --dry-run
        levelwind delivery again github --verdict unavailable --since 2h
      """)

  @Argument(
    help: ArgumentHelp("Ids of deliveries, or webhooks' identifiers.", valueName: "id"),
    completion: .webhooks)
  var names: [String]
  @OptionGroup var history: HistoryOptions
  @OptionGroup var selection: DeliverySelection
  @Option(
    help: ArgumentHelp(
      "Route to this incoming configuration alone.", valueName: "identifier"),
    completion: .incoming)
  var to: String?
  @Flag(help: "Also those that were brought back before.")
  var `repeat` = false
  @Flag(help: "Show the plan; change nothing.")
  var dryRun = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Print the plan, or what was done, as one JSON object.")
  var json = false

  func validate() throws {
    if let to, Identifier(to) == nil {
      throw ValidationError("\"\(to)\" isn't an identifier: a-z, 0-9 and inner hyphens")
    }
    _ = try selection.query([])
  }

  func run() throws {
    if !yes, !dryRun, !Terminal.isInteractive {
      throw ValidationError(
        "there is no terminal for the question: --dry-run shows the plan, --yes goes ahead")
    }
    try history.configuration.requireAccess("webhooks", "incoming", "secrets")
    let snapshot = try history.configuration.snapshot()
    let target = to.flatMap { Identifier($0) }
    if let target, snapshot.incoming[target] == nil {
      let hint = NearName.hint(target.text, among: snapshot.incoming.keys.map(\.text))
      throw ExitCode.because(1, "there is no incoming configuration \(target)\(hint)")
    }
    let reason = "levelwind delivery again, by user \(getuid())"
    let settings = try history.open()
    let chosen = try ChosenDeliveries(names, selection, settings)
    var plan = AgainPlan(snapshot, target, isRepeating: `repeat`, state: settings.state)
    try chosen.each("decided") { plan.add($0) }
    if !json { print(plan.text, terminator: "") }
    if dryRun {
      if json { print(plan.json(tasks: nil)) }
      return try plan.check()
    }
    try plan.check()
    guard yes || Terminal.confirms("Bring \(plan.passing.counted("delivery", "deliveries")) back?")
    else { throw ExitCode.because(1, "nothing was brought back") }
    try act(chosen, plan, BringingBack(state: settings.state, reason))
  }

  private func act(
    _ chosen: ChosenDeliveries, _ plan: AgainPlan, _ bringing: BringingBack
  ) throws {
    var tasks: [String] = []
    var isRemembered = false
    do {
      try chosen.each("brought back") { entry in
        guard case .passes(let decision, let commit) = plan.fate(of: entry) else { return }
        let made = try bringing.run(entry, decision, commit, to: to)
        tasks += made.map(\.id.description)
        isRemembered = isRemembered || decision.isRemembered
      }
    } catch let failure as BringingBack.Failure {
      ExitCode.say("stopped after \(tasks.count) tasks: \(failure); run the command again")
      throw ExitCode(1)
    }
    if isRemembered { tellResponder() }
    print(
      json
        ? plan.json(tasks: tasks)
        : "\(plan.passing.counted("delivery", "deliveries")) brought back, with "
          + tasks.count.counted("task"))
  }

  /// Has the responder reload, so that it knows the deliveries as accepted and a copy makes no
  /// task.
  private func tellResponder() {
    let why: String
    switch ResponderReload.run(
      directory: history.configuration.directory, alone: true, warn: ExitCode.say)
    {
    case .loaded, .notRunning: return
    case .refused(let reason): why = reason
    case .late: why = "the responder did not load its configuration within 30 seconds"
    }
    ExitCode.say(
      "until levelwind reload, the responder would accept a copy of these deliveries: \(why)")
  }
}
