import Administration
import ArgumentParser
import FoundationEssentials
import Spooling
import Webhooks

/// `levelwind task retry`: puts tasks back that were given up or deferred.
struct TaskRetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Puts tasks that were given up or deferred back into new/.",
    discussion: """
      The tasks keep their names, and their attempts are counted from 0 again. The reason of the \
      earlier failure is kept: in retry/<name>.retry, which levelwind task show prints, and below \
      the new reason if the task is given up again.

      A whole delivery in failed/ (type levelwind.delivery: the filter or the parser failed) is \
      routed again by today's incoming configuration. Its tasks are durable before the delivery is \
      removed from failed/. If routing fails again, or today's filter does not want the delivery, \
      it stays with the reason. Only root and the spool's owner can route deliveries again.

      Without --state, ids are looked for in failed, retry and done, and filters apply to failed \
      tasks. Exit 1 if something could not be retried, 75 if something was in use or gone.
      """)

  @OptionGroup var spool: SpoolOptions
  @OptionGroup var filter: TaskFilterOptions
  @Flag(help: "List what would be retried; change nothing.")
  var dryRun = false
  @Flag(help: "Print what was done as a JSON object; with --dry-run, the tasks as an array.")
  var json = false

  func validate() throws {
    if filter.isEmpty {
      throw ValidationError("name the tasks: ids, --state failed for all failed ones, or a filter")
    }
    if filter.state.contains(where: { $0 == .new || $0 == .cur }) {
      throw ValidationError(
        "new tasks can't be retried, and claimed ones are released with levelwind task release")
    }
  }

  func run() throws {
    let place = try spool.find()
    var retrial = Retrial(place)
    let spool = try spool.open(place)
    let usual: [TaskState] = filter.ids.isEmpty ? [.failed] : [.retry, .failed, .done]
    let places = try filter.places(in: spool, filter.states(usual: usual), isEach: true)
    if dryRun {
      var lines = TaskLines(isLong: false, isJSON: json)
      return lines.print(places, of: spool)
    }
    let progress = Progress("retried")
    for (index, place) in places.enumerated() {
      progress.show(index, of: places.count)
      if let problem = retrial.retry(place, of: spool) {
        progress.end()
        ExitCode.say("\(place.id): \(problem)")
      }
    }
    progress.end()
    print(json ? retrial.json : retrial.text)
    if retrial.failed > 0 { throw ExitCode(1) }
    if retrial.skipped > 0 { throw ExitCode(75) }
  }
}
