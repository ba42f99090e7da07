import Administration
import ArgumentParser
import Foundation
import Serving
import Webhooks

/// `levelwind health`: for monitors.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Prints one line and exits 0, 1, 2 or 3, as monitoring plug-ins do.",
    discussion: """
      0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (this user may not look, the spools have not been \
      looked into since the start, wrong usage). The worst comes first, with the command that \
      mends it; behind the bar are numbers for graphs, those of spools being the largest of any. \
      Reads what the processes write into status/ of the state directory: run it as root or as \
      levelwind. A monitor's user gets there by one line of sudoers, and reads nothing else:

        nagios ALL=(levelwind) NOPASSWD: /usr/bin/levelwind health

      for the command sudo -u levelwind /usr/bin/levelwind health.
      """)

  @OptionGroup var place: StateOptions
  @Option(
    help: "Warning where a spool's oldest task, or a post-processor's record, has waited so long.")
  var oldest = Span(HealthLimits().oldest.warning)
  @Option(help: "Critical from there on.")
  var oldestCritical = Span(HealthLimits().oldest.critical)
  @Option(help: "Warning where an acknowledged task has not been published for so long.")
  var unpublished = Span(HealthLimits().unpublished.warning)
  @Option(help: "Critical from there on.")
  var unpublishedCritical = Span(HealthLimits().unpublished.critical)
  @Option(help: "Warning where so many tasks wait in a spool.")
  var waiting = HealthLimits().waiting.warning
  @Option(help: "Critical from there on.")
  var waitingCritical = HealthLimits().waiting.critical
  @Option(
    help: "Warning where so many tasks have failed in a spool, or records of a post-processor.")
  var failed = HealthLimits().failed.warning
  @Option(help: "Critical from there on.")
  var failedCritical = HealthLimits().failed.critical
  @Option(help: "Warning where a sender has been refused with 503 for so long.")
  var refused = Span(HealthLimits().refused.warning)
  @Option(help: "Critical from there on.")
  var refusedCritical = Span(HealthLimits().refused.critical)
  @Option(help: "Warning where post-processing has been failing for so long.")
  var postprocess = Span(HealthLimits().postprocess.warning)
  @Option(help: "Critical from there on.")
  var postprocessCritical = Span(HealthLimits().postprocess.critical)
  @Option(help: "Warning so long before the last secret of a webhook expires.")
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
    limits.expires = expires.duration
    return limits
  }
}
