/// All kinds of relays, and the keys that all kinds share.
enum Relays {
  static let kinds: [any RelayKind.Type] = [
    HTTPRelay.self, PostgreSQLRelay.self, RabbitMQRelay.self,
  ]

  private enum Keys {
    static let orderBy = Option(
      optional: "order_by", .jqProgram,
      "A jq program over the task, whose first output is the task's key. Tasks of one key are "
        + "carried on one at a time and in the order of arrival: a task waits until those before "
        + "it are done or given up. Tasks of different keys don't wait for each other.")
    static let maxAttempts = Option(
      "max_attempts", .integer(1...1_000_000), default: 1000,
      "The failed attempts after which a task goes into `failed/`.")
    static let maxAge = Option(
      optional: "max_age", .duration(.seconds(1)...(.seconds(366 * 86400))),
      "The age of a task above which a failed attempt puts it into `failed/`. By default there is "
        + "no limit.")
    static let backOff = Option(
      "back_off", .duration(.milliseconds(1)...(.seconds(86400))), default: .seconds(10),
      "The longest wait after a task's first failure. It doubles with each further failure. The "
        + "actual wait is a random time between half of it and all of it.")
    static let maxBackOff = Option(
      "max_back_off", .duration(.milliseconds(1)...(.seconds(7 * 86400))), default: .seconds(3600),
      "The longest wait after any failure.")

    static func concurrency(_ usual: Int) -> Option<Int> {
      Option(
        "concurrency", .integer(1...1024), default: usual,
        "How many attempts run at the same time.")
    }
  }

  private static let shared: [any DocumentedOption] = [
    Keys.orderBy, Keys.maxAttempts, Keys.maxAge, Keys.backOff, Keys.maxBackOff,
  ]

  /// Returns the keys of a kind, those that all kinds share included.
  static func options(of kind: any RelayKind.Type) -> [any DocumentedOption] {
    kind.options + [Keys.concurrency(kind.usualConcurrency)] + shared
  }

  /// The value of an incoming configuration's key `relay`.
  static let form = Form<Relay>.kind(kinds.map(kind), "a relay")

  private static func kind(_ type: any RelayKind.Type) -> Kind<Relay> {
    Kind(type: type.type, options: options(of: type)) { mapping in
      let concurrency = mapping[Keys.concurrency(type.usualConcurrency)]
      let order = mapping[Keys.orderBy]
      let (maxAttempts, maxAge) = (mapping[Keys.maxAttempts], mapping[Keys.maxAge])
      let (backOff, maxBackOff) = (mapping[Keys.backOff], mapping[Keys.maxBackOff])
      mapping.warnOfStrays(in: order, at: Keys.orderBy)
      guard let action = type.init(reading: mapping) else { return nil }
      return Relay(
        type: type.type, action: action, concurrency: concurrency,
        batch: order == nil ? action.batch : 1, order: order.map { TaskProgram($0) },
        maxAttempts: maxAttempts, maxAge: maxAge, backOff: backOff, maxBackOff: maxBackOff)
    }
  }
}
