/// A group that is durable in the log, whose files lie in `tmp/` and have still to be published.
struct LoggedGroup: Sendable {
  let sequence: UInt64
  let files: [StagedFile]
}
