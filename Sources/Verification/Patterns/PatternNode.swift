/// A pattern as a tree.
indirect enum PatternNode: Equatable {
  case bytes(ByteSet)
  case start
  case end
  case sequence([PatternNode])
  case choice([PatternNode])
  /// The node between so and so many times in a row; without an upper bound if it is nil.
  case repetition(PatternNode, from: Int, to: Int?)
}
