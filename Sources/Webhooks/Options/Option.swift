/// One key of a kind: its type, its default unless it is required, and its documentation.
///
/// An option is declared once, as a static value of its kind. Reading, unknown keys, messages and
/// the tables in the documentation all come from this declaration.
struct Option<Value: Sendable>: DocumentedOption {
  let key: String
  let type: String
  let expectation: String
  let isRequired: Bool
  let fallbackText: String?
  let documentation: String
  let nested: [any DocumentedOption]
  private let makeSchema: @Sendable () -> JSONSchema
  /// The value if the key is missing or its value was refused.
  let fallback: Value
  let read: @Sendable (Found) -> Value?

  /// Creates an optional key with a default.
  init(_ key: String, _ form: Form<Value>, default fallback: Value, _ documentation: String) {
    self.init(
      key, form, isRequired: false, text: form.write(fallback), documentation, fallback, form.read)
  }

  /// Creates an optional key without a default. The value is nil if the key is missing.
  init<Wrapped: Sendable>(optional key: String, _ form: Form<Wrapped>, _ documentation: String)
  where Value == Wrapped? {
    self.init(key, form, isRequired: false, text: nil, documentation, nil) { form.read($0) }
  }

  /// Creates a required key. The value is nil only if a problem was reported.
  init<Wrapped: Sendable>(required key: String, _ form: Form<Wrapped>, _ documentation: String)
  where Value == Wrapped? {
    self.init(key, form, isRequired: true, text: nil, documentation, nil) { form.read($0) }
  }

  private init<Read: Sendable>(
    _ key: String, _ form: Form<Read>, isRequired: Bool, text: String?, _ documentation: String,
    _ fallback: Value, _ read: @escaping @Sendable (Found) -> Value?
  ) {
    self.key = key
    type = form.type
    expectation = form.expectation
    nested = form.nested
    makeSchema = form.schema
    self.isRequired = isRequired
    fallbackText = text
    self.documentation = documentation
    self.fallback = fallback
    self.read = read
  }

  var schema: JSONSchema { makeSchema() }
}

/// One key of a kind, as the tables of keys and the messages about unknown keys need it.
protocol DocumentedOption: Sendable {
  var key: String { get }
  /// The value's type in a word or two.
  var type: String { get }
  var isRequired: Bool { get }
  /// The default as text for a file; nil if there isn't one.
  var fallbackText: String? { get }
  /// One or two sentences for an administrator.
  var documentation: String { get }
  /// The options of the mapping, or of the mappings in the list; empty for other types.
  var nested: [any DocumentedOption] { get }
  /// What other programs may check the value by.
  var schema: JSONSchema { get }
}
