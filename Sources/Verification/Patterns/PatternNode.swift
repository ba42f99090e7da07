/// A pattern as a syntax tree.
indirect enum PatternNode: Equatable {
  case bytes(ByteSet)
  case start
  case end
  case sequence([PatternNode])
  case choice([PatternNode])
  /// The node between `from` and `to` times in a row; nil for no upper bound.
  case repetition(PatternNode, from: Int, to: Int?)
}
