/// One key of a kind, as the tables of keys and the messages about unknown keys need it.
protocol DocumentedOption: Sendable {
  var key: String { get }
  /// The value's type in a word or two.
  var type: String { get }
  var isRequired: Bool { get }
  /// The default as it would stand in the file; nil where there is none.
  var fallbackText: String? { get }
  /// One or two sentences for an administrator.
  var documentation: String { get }
  /// The keys of the mapping within, if it is one.
  var nested: [any DocumentedOption] { get }
}
