/// A name and what it stands for, in the order of the file.
struct Pair<Value: Sendable>: Sendable {
  let name: String
  let value: Value
}
