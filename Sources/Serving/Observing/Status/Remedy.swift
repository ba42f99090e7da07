/// The steps that mend a finding, or show more of it. All remedies are made here, so that a test
/// can go over all of them and run each.
public struct Remedy: Sendable, Equatable {
  /// The remedies that there are.
  public enum Kind: String, Sendable, CaseIterable {
    // Printed by `health` and `status`.
    case startResponder, askResponder, loadConfiguration, waitForDisk, makeRoom, keepDamage,
      waitForLog, restartResponder, waitForPublishing, mendPublishing, moveTasks
    case askPostProcessing, retryRecords, dropRecords, mendSpool, retryTasks, findImporter
    case askRefusals, askSender, askFilters, askClock, giveSecret, addSecret, removeSecret,
      askSecrets, askHistory, keepHistory
    // Printed by `check`.
    case load, loadNginx, loadApache, includeSnippet, handOverByApache
    case startSocket, replaceSocket, giveSocket
    case changeMode, giveFile, openFolder, ownState, mergeFile, setClock, allowWriting, allowRunning
    case startUnit, askUnit, giveUser, makeUser, joinGroup, moveProgram
    case restoreIncoming, dropSecret
  }

  /// A part of a remedy. The parts have an order.
  enum Step: Sendable, Equatable {
    /// A command for a shell, as root.
    case run(String)
    /// A step that no command does.
    case say(String)
  }

  /// The kind of the remedy.
  public let kind: Kind
  private(set) var steps: [Step]

  init(_ kind: Kind, _ steps: Step...) {
    self.kind = kind
    self.steps = steps
  }

  /// The commands, in order.
  public var commands: [String] {
    steps.compactMap { if case .run(let command) = $0 { command } else { nil } }
  }

  /// The text for the end of a sentence: commands in backticks.
  public var inline: String {
    steps.map { step in
      switch step {
      case .run(let command): "`\(command)`"
      case .say(let text): text
      }
    }.joined(separator: ", then ")
  }

  /// The text for a line of its own: the parts, separated by semicolons.
  public var text: String {
    steps.map { step in
      switch step {
      case .run(let text), .say(let text): text
      }
    }.joined(separator: "; ")
  }
}

extension Remedy {
  static let startResponder = Remedy(
    .startResponder, .run("systemctl restart levelwind"), .run("journalctl -u levelwind"))
  static let askResponder = Remedy(
    .askResponder, .run("systemctl status levelwind"), .run("journalctl -u levelwind"))
  static let loadConfiguration = Remedy(
    .loadConfiguration, .run("levelwind check"), .say("mend what it names"),
    .run("levelwind reload"))
  static let waitForDisk = Remedy(
    .waitForDisk, .run("dmesg"), .say("the responder tries it again every second"))
  static let keepDamage = Remedy(
    .keepDamage, .run("levelwind wal list"), .say("keep the copy that it names"),
    .run("journalctl -u levelwind"))
  static let waitForLog = Remedy(
    .waitForLog, .run("journalctl -u levelwind"), .say("the responder tries it again every second"))
  static let restartResponder = Remedy(
    .restartResponder, .run("systemctl restart levelwind"))
  static let askHistory = Remedy(
    .askHistory, .run("journalctl -u levelwind"),
    .say("deliveries go on; the responder tries again with the next one"))
  /// For a damaged file of the history that was set aside.
  static func keepHistory(at path: String) -> Remedy {
    Remedy(
      .keepHistory, .say("once nobody needs it any more"), .run("rm \(path.shellWord)"))
  }
  /// For publishing that neither fails nor moves.
  static let waitForPublishing = Remedy(
    .waitForPublishing, .run("levelwind wal list"), .run("dmesg"),
    .say("the tasks are published as soon as the file system answers"))
  static let mendPublishing = Remedy(
    .mendPublishing, .run("levelwind wal list"), .say("mend what it names"),
    .run("levelwind incoming prepare"))

  /// For the tasks of a spool that no incoming configuration has any more.
  static func moveTasks(of spool: String) -> Remedy {
    let spool = spool.shellWord
    return Remedy(
      .moveTasks, .run("levelwind wal list"), .say("`levelwind incoming create \(spool)`, or"),
      .run("levelwind wal export \(spool) ./\(spool)-tasks"),
      .run("levelwind wal drop \(spool) --yes"))
  }

  static let askPostProcessing = Remedy(
    .askPostProcessing, .run("systemctl status levelwind-postprocess"),
    .run("journalctl -u levelwind-postprocess"))

  static func makeRoom(at path: String) -> Remedy {
    let path = path.shellWord
    return Remedy(
      .makeRoom, .run("df -h \(path)"), .run("df -i \(path)"), .run("du -xhd2 \(path)"))
  }

  /// For the failed records of one post-processor, which lie in `folder`.
  static func retryRecords(in folder: String) -> Remedy {
    let folder = folder.shellWord
    return Remedy(
      .retryRecords, .run("cat \(folder)/failed/*.reason"),
      .run("mv \(folder)/failed/*.json \(folder)/new/"))
  }

  static func dropRecords(in folder: String) -> Remedy {
    Remedy(
      .dropRecords, .say("configure it again, or"), .run("rm -r \(folder.shellWord)"),
      .run("levelwind reload"))
  }

  static let mendSpool = Remedy(
    .mendSpool, .run("levelwind check"), .run("levelwind incoming prepare"),
    .run("levelwind reload"))

  static func retryTasks(of spool: String) -> Remedy {
    Remedy(
      .retryTasks, .run("levelwind task list \(spool) --state failed"),
      .run("levelwind task retry \(spool) --state failed"))
  }

  /// For a spool whose tasks wait. `areClaimed` says whether importers have claimed some of them.
  static func findImporter(of spool: String, areClaimed: Bool) -> Remedy {
    let list = "levelwind task list \(spool)"
    return areClaimed
      ? Remedy(
        .findImporter, .say("is its importer running?"), .run("\(list) --state cur"),
        .say("levelwind task release gives claims back"))
      : Remedy(.findImporter, .say("is its importer running?"), .run(list))
  }

  static func askRefusals(of webhook: String) -> Remedy {
    Remedy(.askRefusals, .run("levelwind log \(webhook) --refused"))
  }

  static func askSender(of webhook: String) -> Remedy {
    Remedy(.askSender, .run("levelwind log \(webhook)"), .say("ask its sender"))
  }

  /// For deliveries that the filters of these incoming configurations don't want. The remedy shows
  /// three incoming configurations at most.
  static func askFilters(of webhook: String, _ incoming: [String]) -> Remedy {
    var remedy = Remedy(.askFilters, .run("levelwind log \(webhook)"))
    remedy.steps += incoming.prefix(3).map { .run("levelwind incoming show \($0)") }
    return remedy
  }

  static func askClock(of webhook: String) -> Remedy {
    Remedy(.askClock, .run("timedatectl"), .run("levelwind log \(webhook) --refused"))
  }

  static func giveSecret(to webhook: String) -> Remedy {
    Remedy(.giveSecret, .run("levelwind webhook secret add \(webhook)"))
  }

  /// For a webhook's list of secrets that needs another one. `list` is the key of the list.
  static func addSecret(to webhook: String, _ list: String) -> Remedy {
    Remedy(
      .addSecret, .run("levelwind webhook secret add \(webhook) --list \(list.shellWord)"))
  }

  static func removeSecret(_ name: String, of webhook: String) -> Remedy {
    Remedy(
      .removeSecret,
      .run("levelwind webhook secret retire \(webhook) \(name.shellWord) --remove --yes"))
  }

  static func askSecrets(of webhook: String) -> Remedy {
    Remedy(
      .askSecrets, .run("levelwind webhook show \(webhook)"),
      .say("have its sender use the new secret"))
  }
}

extension String {
  /// The text as one word of a shell's command.
  public var shellWord: String {
    let plain = utf8.allSatisfy { byte in
      0x61...0x7a ~= byte || 0x41...0x5a ~= byte || 0x30...0x39 ~= byte
        || "/._-+:@%,".utf8.contains(byte)
    }
    return plain && !isEmpty ? self : "'\(replacing("'", with: #"'\''"#))'"
  }
}
