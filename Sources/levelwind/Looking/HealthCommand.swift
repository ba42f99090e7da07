import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import Serving
import Webhooks

/// `levelwind health`: for monitors.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Prints one line and exits 0, 1, 2 or 3, as monitoring plug-ins do.",
    discussion: """
      Exit 0 is OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: this user may not look, the spools have not \
      been looked into since the start, or the usage is wrong. The worst finding comes first. Each \
      finding comes with the command that mends it. Numbers for graphs follow behind the bar; a \
      number about spools is that of the worst spool. The command reads what the processes write \
      into status/ of the state directory: run it as root or as levelwind. One line of sudoers \
      lets a monitor's user run it, and read nothing else:

        nagios ALL=(levelwind) NOPASSWD: /usr/bin/levelwind health

      The monitor's command is then sudo -u levelwind /usr/bin/levelwind health.
      """)

  @OptionGroup var place: StateOptions
  @Option(
    help: "Warning if a spool's oldest task, or a post-processor's oldest record, is this old.")
  var oldest = Span(HealthLimits().oldest.warning)
  @Option(help: "Critical from this value on.")
  var oldestCritical = Span(HealthLimits().oldest.critical)
  @Option(help: "Warning if an acknowledged task has not been published for this long.")
  var unpublished = Span(HealthLimits().unpublished.warning)
  @Option(help: "Critical from this value on.")
  var unpublishedCritical = Span(HealthLimits().unpublished.critical)
  @Option(help: "Warning if this many tasks wait in a spool.")
  var waiting = HealthLimits().waiting.warning
  @Option(help: "Critical from this value on.")
  var waitingCritical = HealthLimits().waiting.critical
  @Option(
    help: "Warning if this many tasks of a spool, or records of a post-processor, have failed.")
  var failed = HealthLimits().failed.warning
  @Option(help: "Critical from this value on.")
  var failedCritical = HealthLimits().failed.critical
  @Option(help: "Warning if a sender has been refused with 503 for this long.")
  var refused = Span(HealthLimits().refused.warning)
  @Option(help: "Critical from this value on.")
  var refusedCritical = Span(HealthLimits().refused.critical)
  @Option(help: "Warning if post-processing has been failing for this long.")
  var postprocess = Span(HealthLimits().postprocess.warning)
  @Option(help: "Critical from this value on.")
  var postprocessCritical = Span(HealthLimits().postprocess.critical)
  @Option(help: "Warning if a relay has been failing for this long.")
  var relay = Span(HealthLimits().relay.warning)
  @Option(help: "Critical from this value on.")
  var relayCritical = Span(HealthLimits().relay.critical)
  @Option(help: "Warning this long before the last secret of a webhook expires.")
  var expires = Span(HealthLimits().expires)

  func run() throws {
    let now = Date()
    let report = StatusReport.read(
      state: try state(), limits: limits,
      importers: ImporterServices.findings(directory: place.configuration.directory), at: now)
    print(report.line(limits: limits, at: now))
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// Prints the line of an unknown state.
  ///
  /// - Returns: exit code 3.
  static func unknown(_ reason: String) -> ExitCode {
    print("LEVELWIND UNKNOWN - \(SafeText.text(reason))")
    return ExitCode(3)
  }

  private func state() throws -> String {
    do {
      return try place.state()
    } catch {
      let file = "\(place.configuration.directory)/levelwind.yaml"
      if Access.isDenied(file) { throw Self.unknown(Access.words(file)) }
      print("LEVELWIND CRITICAL - \(error.problems.first.map(\.description) ?? "")")
      throw ExitCode(2)
    }
  }

  private var limits: HealthLimits {
    var limits = HealthLimits()
    limits.oldest = .init(oldest.duration, oldestCritical.duration)
    limits.unpublished = .init(unpublished.duration, unpublishedCritical.duration)
    limits.waiting = .init(waiting, waitingCritical)
    limits.failed = .init(failed, failedCritical)
    limits.refused = .init(refused.duration, refusedCritical.duration)
    limits.postprocess = .init(postprocess.duration, postprocessCritical.duration)
    limits.relay = .init(relay.duration, relayCritical.duration)
    limits.expires = expires.duration
    return limits
  }
}
