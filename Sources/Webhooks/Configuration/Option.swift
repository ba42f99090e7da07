/// One key of a kind: its type, whether it has to be there or its default, and its documentation.
///
/// An option is declared once, as a static value of its kind; reading, unknown keys, messages and
/// the tables in the documentation all come from it.
struct Option<Value: Sendable>: DocumentedOption {
  let key: String
  let type: String
  let expectation: String
  let isRequired: Bool
  let fallbackText: String?
  let documentation: String
  let nested: [any DocumentedOption]
  /// What counts where the key is missing, or its value was refused.
  let fallback: Value
  let read: @Sendable (Found) -> Value?

  /// A key that may be left out.
  init(_ key: String, _ form: Form<Value>, default fallback: Value, _ documentation: String) {
    self.init(
      key, form, isRequired: false, text: form.write(fallback), documentation, fallback, form.read)
  }

  /// A key that may be left out, and then there is no value.
  init<Wrapped: Sendable>(optional key: String, _ form: Form<Wrapped>, _ documentation: String)
  where Value == Wrapped? {
    self.init(key, form, isRequired: false, text: nil, documentation, nil) { form.read($0) }
  }

  /// A key that has to be there; its value is nil only where a problem was reported.
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
    self.isRequired = isRequired
    fallbackText = text
    self.documentation = documentation
    self.fallback = fallback
    self.read = read
  }
}
