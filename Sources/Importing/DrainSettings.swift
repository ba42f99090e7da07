/// How a drain works.
public struct DrainSettings: Sendable {
  /// How many attempts run at the same time, at least 1.
  public var jobs: Int
  /// How many tasks an attempt takes, at least 1.
  public var batch: Int
  /// Whether it waits for more when there is nothing left; else it ends.
  public var follows: Bool
  /// As many failed attempts and a task is given up.
  public var maxAttempts: Int
  /// After an attempt that failed, a task that arrived longer ago is given up; nil for never.
  public var maxAge: Duration?
  /// Whether no task is begun before those that arrived before it are finished or given up. Only one
  /// drain may work on the spool then, with one job.
  public var isOrdered: Bool
  public var backOff: BackOff
  /// How long a foreign importer's claim may last; nil for ever.
  public var lease: Duration?
  /// How long finished tasks are kept; nil if they are not.
  public var keepDone: Duration?
  /// How often the spool is looked through for what no event tells, at least.
  public var lookEvery: Duration

  /// A deferred task waits no longer than this, which is what a server may ask for, too.
  var longestWait: Duration { max(backOff.most, .seconds(86_400)) }

  public init(
    jobs: Int = 1, batch: Int = 1, follows: Bool = false, maxAttempts: Int = 10,
    maxAge: Duration? = nil, isOrdered: Bool = false, backOff: BackOff = BackOff(),
    lease: Duration? = nil, keepDone: Duration? = nil,
    lookEvery: Duration = .seconds(5)
  ) {
    self.jobs = jobs
    self.batch = batch
    self.follows = follows
    self.maxAttempts = maxAttempts
    self.maxAge = maxAge
    self.isOrdered = isOrdered
    self.backOff = backOff
    self.lease = lease
    self.keepDone = keepDone
    self.lookEvery = lookEvery
  }
}
