/// The settings of a drain.
public struct DrainSettings: Sendable {
  /// The number of attempts that run at the same time, at least 1.
  public var jobs: Int
  /// The number of tasks of one attempt, at least 1.
  public var batch: Int
  /// Whether the drain waits for more when nothing is left. Otherwise it ends.
  public var follows: Bool
  /// The number of failed attempts after which a task is given up.
  public var maxAttempts: Int
  /// The age above which a task is given up after a failed attempt; nil for no limit.
  public var maxAge: Duration?
  /// Whether tasks are worked on strictly in the order of arrival, each after the earlier ones are
  /// finished or given up. No other drain then works on the spool, and `jobs` has to be 1.
  public var isOrdered: Bool
  /// Returns the key of a task from its file; nil for no order by keys. Tasks of one key are worked
  /// on one at a time, in the order of arrival. No other drain then works on the spool, and `batch`
  /// has to be 1.
  public var key: (@Sendable ([UInt8]) -> [UInt8])?
  /// The waits of a task between its attempts.
  public var backOff: BackOff
  /// How long a foreign importer's claim may last; nil for no limit.
  public var lease: Duration?
  /// How long finished tasks are kept; nil to delete them at once.
  public var keepDone: Duration?
  /// The pause between looks for tasks that no event announces. After a slow look it is longer.
  public var lookEvery: Duration

  /// The longest wait of a deferred task: the back-off's, or the day that a server may ask for.
  var longestWait: Duration { max(backOff.most, .seconds(86_400)) }

  /// Makes settings. By default a drain works on one task at a time, gives a task up after ten
  /// failed attempts, and ends when nothing is left.
  public init(
    jobs: Int = 1, batch: Int = 1, follows: Bool = false, maxAttempts: Int = 10,
    maxAge: Duration? = nil, isOrdered: Bool = false, backOff: BackOff = BackOff(),
    lease: Duration? = nil, keepDone: Duration? = nil,
    key: (@Sendable ([UInt8]) -> [UInt8])? = nil, lookEvery: Duration = .seconds(5)
  ) {
    self.jobs = jobs
    self.batch = batch
    self.follows = follows
    self.maxAttempts = maxAttempts
    self.maxAge = maxAge
    self.isOrdered = isOrdered
    self.backOff = backOff
    self.key = key
    self.lease = lease
    self.keepDone = keepDone
    self.lookEvery = lookEvery
  }
}
