import ArgumentParser

/// `levelwind task`: commands for importers and operators.
struct TaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task",
    abstract: "Works on the tasks of an incoming configuration.",
    discussion: """
      Run as root, each command acts as the owner of the spool. It reads only levelwind.yaml and \
      the one file in incoming/. A task is named by its id, or by the beginning of the id.
      """,
    subcommands: [
      TaskDrainCommand.self, TaskListCommand.self, TaskCountCommand.self, TaskShowCommand.self,
      TaskBodyCommand.self, TaskClaimCommand.self,
      TaskDoneCommand.self, TaskFailCommand.self, TaskReleaseCommand.self, TaskRetryCommand.self,
      TaskPurgeCommand.self,
    ])
}
