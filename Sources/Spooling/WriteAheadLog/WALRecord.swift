/// One commit as bytes in the log. What several of its entries share stands there once.
enum WALRecord {
  static func append(_ commit: Commit, to log: inout ByteWriter) {
    var parts: [[UInt8]] = []
    var known: [PartKey: UInt64] = [:]
    // One alone shares nothing.
    let isAlone = commit.entries.count == 1
    let indices = commit.entries.map { entry in
      entry.parts.map { part -> UInt64 in
        if !isAlone {
          let key = PartKey(part)
          if let index = known[key] { return index }
          known[key] = UInt64(parts.count)
        }
        parts.append(part)
        return UInt64(parts.count - 1)
      }
    }
    log.add(UInt64(parts.count), bytes: 4)
    for part in parts { log.add(sized: part) }
    log.add(UInt64(commit.entries.count), bytes: 4)
    for (entry, indices) in zip(commit.entries, indices) { append(entry, indices, to: &log) }
  }

  /// - Returns: nil if the bytes are no record.
  static func read(_ log: inout ByteReader) -> Commit? {
    guard let count = log.count() else { return nil }
    var parts: [[UInt8]] = []
    for _ in 0..<count {
      guard let part = log.sized() else { return nil }
      parts.append(Array(part))
    }
    guard let count = log.count() else { return nil }
    var commit = Commit()
    for _ in 0..<count {
      guard let entry = entry(&log, parts) else { return nil }
      commit.entries.append(entry)
    }
    return commit
  }

  private static func append(
    _ entry: Commit.Entry, _ parts: [UInt64], to log: inout ByteWriter
  ) {
    log.add(sized: entry.spool.utf8)
    log.add(entry.id.high)
    log.add(entry.id.low)
    log.add(sized: (entry.label ?? "").utf8)
    if case .failed(let reason) = entry.place {
      log.add(1, bytes: 1)
      log.add(sized: reason.utf8)
    } else {
      log.add(0, bytes: 1)
    }
    log.add(UInt64(parts.count), bytes: 4)
    for part in parts { log.add(part, bytes: 4) }
  }

  private static func entry(_ log: inout ByteReader, _ parts: [[UInt8]]) -> Commit.Entry? {
    guard let spool = log.text(), let high = log.number(), let low = log.number(),
      let label = log.text(), let place = place(&log), let count = log.count()
    else { return nil }
    var own: [[UInt8]] = []
    for _ in 0..<count {
      guard let index = log.number(bytes: 4), index < parts.count else { return nil }
      own.append(parts[Int(index)])
    }
    return Commit.Entry(
      spool: spool, place: place, id: UUIDv7(high: high, low: low),
      label: label.isEmpty ? nil : label, parts: own)
  }

  private static func place(_ log: inout ByteReader) -> Commit.Place? {
    switch log.number(bytes: 1) {
    case 0: .new
    case 1: log.text().map { .failed(reason: $0) }
    default: nil
    }
  }
}

/// A part by where it lies: entries share storage, which the commit keeps alive.
private struct PartKey: Hashable {
  let start: UnsafeRawPointer?
  let count: Int

  init(_ part: [UInt8]) {
    start = part.withUnsafeBytes { $0.baseAddress }
    count = part.count
  }
}
