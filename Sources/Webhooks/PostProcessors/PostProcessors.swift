/// All kinds of post-processors, and the keys that all kinds share.
enum PostProcessors {
  static let kinds: [any PostProcessorKind.Type] = [ExecPostProcessor.self, HTTPPostProcessor.self]

  /// The most post-processors that a webhook may have.
  static let most = 32

  private enum Keys {
    static let name = Option(
      optional: "name", postProcessorName,
      "Its name in the log, in the status and in the folder of its records. By default its type, "
        + "with a number from the second one on. With a name of its own, it keeps its records "
        + "when the list changes.")
    static let includeBody = Option(
      "include_body", .boolean, default: false,
      "Whether its records have the body, and the request's method, path, query and headers.")
    static let ordered = Option(
      "ordered", .boolean, default: false,
      "Whether a record waits until the one before it, in order of arrival, is done or given up."
    )
    static let concurrency = Option(
      "concurrency", .integer(1...64), default: 1,
      "How many records are worked on at the same time.")
    static let maxAttempts = Option(
      "max_attempts", .integer(1...10_000), default: 100,
      "The failed attempts after which a record goes into `failed/`.")
    static let maxAge = Option(
      "max_age", .duration(.seconds(1)...(.seconds(366 * 86400))), default: .seconds(3 * 86400),
      "The age of a delivery above which a failed attempt puts its record into `failed/`.")
    static let backOff = Option(
      "back_off", .duration(.milliseconds(1)...(.seconds(86400))), default: .seconds(10),
      "The longest wait after the first failure. It doubles with each further failure. The actual "
        + "wait is a random time between half of it and all of it."
    )
    static let maxBackOff = Option(
      "max_back_off", .duration(.milliseconds(1)...(.seconds(7 * 86400))), default: .seconds(3600),
      "The longest wait after any failure.")
  }

  private static let shared: [any DocumentedOption] = [
    Keys.name, Keys.includeBody, Keys.ordered, Keys.concurrency, Keys.maxAttempts, Keys.maxAge,
    Keys.backOff, Keys.maxBackOff,
  ]

  /// Returns the keys of a kind, those that all kinds share included.
  static func options(of kind: any PostProcessorKind.Type) -> [any DocumentedOption] {
    kind.options + shared
  }

  /// The list under a webhook's key `post_processors`.
  static let form: Form<[PostProcessor]> = {
    let list = Form<[Unnamed]>.list(
      of: .kind(kinds.map(kind), "a post-processor"), "post-processors",
      emptyMeans: "there are none")
    return Form(
      type: list.type, expectation: list.expectation, schema: list.schema, write: { _ in "[]" },
      read: { found in list.read(found).flatMap { named($0, found) } })
  }()

  /// A post-processor that was read, before the names of the others are known.
  private struct Unnamed: Sendable {
    let type: String
    let name: String?
    let make: @Sendable (String) -> PostProcessor
  }

  private static func kind(_ type: any PostProcessorKind.Type) -> Kind<Unnamed> {
    Kind(type: type.type, options: options(of: type)) { mapping in
      let name = mapping[Keys.name]
      let (includesBody, isOrdered) = (mapping[Keys.includeBody], mapping[Keys.ordered])
      let (maxAttempts, maxAge) = (mapping[Keys.maxAttempts], mapping[Keys.maxAge])
      let (backOff, maxBackOff) = (mapping[Keys.backOff], mapping[Keys.maxBackOff])
      let concurrency = mapping[Keys.concurrency]
      if isOrdered, concurrency > 1 {
        mapping.report(
          at: Keys.concurrency, "with ordered: true, records are worked on one at a time")
      }
      guard let kind = type.init(reading: mapping) else { return nil }
      return Unnamed(type: type.type, name: name) {
        PostProcessor(
          name: $0, action: kind, includesBody: includesBody, isOrdered: isOrdered,
          concurrency: concurrency, maxAttempts: maxAttempts, maxAge: maxAge, backOff: backOff,
          maxBackOff: maxBackOff)
      }
    }
  }

  private static func named(_ read: [Unnamed], _ found: Found) -> [PostProcessor]? {
    guard read.count <= most else {
      found.report("a webhook has at most \(most) post-processors")
      return nil
    }
    var used = Set(read.compactMap(\.name))
    guard used.count == read.count(where: { $0.name != nil }) else {
      found.report("two post-processors have the same name")
      return nil
    }
    return read.map { one in
      if let name = one.name { return one.make(name) }
      let names = [one.type] + (2...most + 1).map { "\(one.type)-\($0)" }
      let name = names.first { !used.contains($0) } ?? one.type
      used.insert(name)
      return one.make(name)
    }
  }

  private static let postProcessorName = Form<String>.scalar(
    "name", "a name of a-z, 0-9 and inner hyphens, but open",
    suggest: { Identifier(name: $0)?.text },
    parse: { text in Identifier(text) != nil && text != PostProcessor.opening ? text : nil })
}
