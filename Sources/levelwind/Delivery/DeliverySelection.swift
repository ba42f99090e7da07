import Administration
import ArgumentParser
import Bytes
import FoundationEssentials
import Glibc
import History
import Spooling
import Webhooks

/// The options that select deliveries of the history.
struct DeliverySelection: ParsableArguments {
  @OptionGroup var moments: MomentOptions
  @Option(
    help: ArgumentHelp(
      "The way it ended: accepted, unwanted, answered, repeated, refused (for good) or unavailable "
        + "(refused for now, 503); may be repeated.", valueName: "verdict"))
  var verdict: [DeliveryOutcome] = []
  @Option(help: ArgumentHelp("The status of the answer.", valueName: "status"))
  var status: Int?
  @Option(help: ArgumentHelp("The check that refused it.", valueName: "check"))
  var check: String?
  @Option(help: ArgumentHelp("The sender's own id of it.", valueName: "id"))
  var senderID: String?
  @Option(
    help: ArgumentHelp(
      "The id of the trace that it belongs to, 32 hexadecimal digits.", valueName: "id"))
  var trace: String?
  @Option(help: ArgumentHelp("The sender's address.", valueName: "address"))
  var remote: String?
  @Option(
    help: ArgumentHelp(
      "A header with exactly this value; may be repeated.", valueName: "name=value"))
  var header: [KeyValue] = []
  @Option(
    help: ArgumentHelp(
      "Words that stand in its headers, path, query or body (of that, the first MiB), each as a "
        + "whole.", valueName: "words"))
  var text: String?
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "A jq program that has to yield something else than false or null. Its input is the delivery "
        + "as --json prints it, with its body as .body.", valueName: "jq"))
  var condition: String?
  @Option(help: ArgumentHelp("The delivery that made this task.", valueName: "id"))
  var task: String?
  @Option(
    help: ArgumentHelp(
      "Older than this cursor, which an earlier page ended with.", valueName: "cursor"))
  var before: Int?

  func validate() throws { _ = try query([]) }

  /// Returns the query of these options for these webhooks; empty for all.
  func query(_ webhooks: [String]) throws -> DeliveryQuery {
    var query = DeliveryQuery()
    for webhook in webhooks where Identifier(webhook) == nil {
      throw ValidationError("\"\(webhook)\" isn't an identifier: a-z, 0-9 and inner hyphens")
    }
    if !webhooks.isEmpty { query.webhooks = webhooks }
    if let task {
      guard UUIDv7(task) != nil, query.select(id: task) else {
        throw ValidationError("--task \(task): expected the id of a task, 36 characters")
      }
    }
    let span = try moments.span()
    query.filter.since = span.since.map { Int(($0.timeIntervalSince1970 * 1000).rounded(.up)) }
    query.filter.until = span.until.map { Int(($0.timeIntervalSince1970 * 1000).rounded(.up)) }
    query.filter.before = before
    query.filter.outcomes = Set(verdict.map(\.word))
    query.filter.status = status
    query.filter.check = check
    query.filter.senderID = senderID
    if let trace {
      guard let id = TraceID(trace) else {
        throw ValidationError(
          "--trace \(trace): expected 32 hexadecimal digits in lower case, not all of them 0")
      }
      query.filter.trace = id
    }
    query.filter.remote = remote
    query.headers = header.map { ($0.key.lowercased(), $0.value) }
    if let text {
      guard let words = Words(text) else {
        throw ValidationError("--text \(text): expected words, each with a letter or a digit")
      }
      query.filter.words = words
    }
    if let condition {
      do throws(JQSyntaxError) {
        query.condition = try DeliveryCondition(condition)
      } catch {
        throw ValidationError("--where \(condition): \(error.message)")
      }
    }
    return query
  }
}

extension DeliveryOutcome: ExpressibleByArgument {
  /// Reads a word.
  public init?(argument: String) {
    guard let outcome = Self.allCases.first(where: { $0.word == argument }) else { return nil }
    self = outcome
  }
}

/// The history of a configuration, for commands.
struct HistoryOptions: ParsableArguments {
  @OptionGroup var configuration: ConfigurationOptions

  /// Returns the settings, and acts from now on as the user that owns the state.
  ///
  /// - Throws: exit code 1, with the reason, if this user may not, or the settings can't be read.
  func open() throws -> Settings {
    let settings: Settings
    do throws(IncomingSpool.Unknown) {
      settings = try IncomingSpool.settings(in: configuration.directory)
    } catch {
      throw ExitCode.because(1, error.text)
    }
    guard try [0, StateOwner.of(settings.state).user].contains(geteuid()) else {
      throw ExitCode.because(1, Access.words("\(settings.state)/history"))
    }
    try StateOwner.become(of: settings.state)
    return settings
  }

  /// Returns the only delivery with an id.
  func only(_ id: String, _ settings: Settings) throws -> HistoryEntry {
    do throws(DeliveryQuery.NotFound) {
      return try DeliveryQuery.only(id, state: settings.state)
    } catch {
      throw ExitCode.because(1, "\(error)")
    }
  }
}

extension DeliverySearch {
  /// Prints what couldn't be read, and where a search ended that was too long.
  ///
  /// - Parameters:
  ///   - time: how long it was to search.
  ///   - pageEnd: the cursor to go on before if the page is full; else nil.
  func explain(_ time: Duration?, pageEnd: Int?) {
    for problem in problems { ExitCode.say(problem) }
    if let pageEnd {
      ExitCode.say("there may be more: --before \(pageEnd)")
    } else if let stopped, let time {
      ExitCode.say(
        "stopped after \(TimeSpan.text(time)) and \(looked) deliveries, at "
          + "\(Date(timeIntervalSince1970: Double(stopped) / 1_000_000).localTime); go on with "
          + "--before \(stopped), or search longer with --time 1m")
    }
  }
}
