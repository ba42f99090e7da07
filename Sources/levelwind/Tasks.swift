import ArgumentParser

/// `levelwind task`: for importers and operators.
struct Tasks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task",
    abstract: "Works on the tasks of an incoming configuration.",
    discussion: """
      Run as root, each acts as the owner of the spool. Of the configuration, only \
      levelwind.yaml and the one file in incoming/ have to be readable. A task is named by its \
      id, or how that begins.
      """,
    subcommands: [
      TaskDrain.self, TaskList.self, TaskCount.self, TaskShow.self, TaskBody.self, TaskClaim.self,
      TaskDone.self, TaskFail.self, TaskRelease.self, TaskRetry.self, TaskPurge.self,
    ])
}
