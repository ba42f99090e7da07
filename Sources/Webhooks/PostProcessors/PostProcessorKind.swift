/// A kind of post-processor as the configuration and its documentation know it.
///
/// A kind is one file here, with its options, its reading and its documentation, one line in
/// `PostProcessors.kinds`, and one file in module PostProcessing that does it.
protocol PostProcessorKind: Sendable {
  /// What stands at `type`, different for each kind.
  static var type: String { get }
  /// What it does, in a few sentences for an administrator.
  static var documentation: String { get }
  /// Its keys beside `type` and those of every kind.
  static var options: [any DocumentedOption] { get }
  /// One entry of `post_processors` in YAML, `type` included.
  static var example: String { get }

  /// - Returns: nil where it reported a problem.
  init?(reading mapping: Mapping)

  /// What is to be done.
  var action: PostProcessor.Action { get }
  /// What it does as it is configured, in a sentence; no secret is in it.
  var words: String { get }
}
