extension Sequence<String> {
  /// Returns the name that was probably meant: the closest one, at most `max(1, name.count / 3)`
  /// edits away. nil if every name is further away.
  public func closest(to name: String) -> String? {
    let limit = Swift.max(1, name.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in self where abs(candidate.count - name.count) <= limit {
      let distance = candidate.distance(to: name)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }
}

extension String {
  /// Returns the number of characters to add, remove, replace or swap with a neighbour to turn this
  /// text into `other` (optimal string alignment). Letter case doesn't count.
  func distance(to other: String) -> Int {
    let a = Array(lowercased())
    let b = Array(other.lowercased())
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = Swift.min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          cost = Swift.min(cost, beforeLast[j - 1] + 1)
        }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
