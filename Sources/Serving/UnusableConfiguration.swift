/// There is no configuration to serve with; what is wrong with it was logged.
struct UnusableConfiguration: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    "the configuration in \(folder) can't be used: see levelwind check --config \(folder)"
  }
}
