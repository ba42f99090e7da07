/// What a sender does by itself after a delivery that failed: after an answer that it doesn't take
/// for success, or after none in time. The sources are pages of its own documentation, or its code.
public enum Retries: Sendable, Equatable {
  /// It never sends the delivery again. The note is a further fact for an administrator.
  case never(source: String, note: String = "")
  /// It sends the delivery again, so many times and for so long. Both are nil where the source
  /// doesn't say.
  case again(times: Int? = nil, over: Duration? = nil, source: String, note: String = "")
  /// No source was found.
  case unknown

  /// Whether a failed delivery is lost unless somebody asks the sender for it.
  public var areNone: Bool {
    if case .never = self { true } else { false }
  }

  /// The URL of the page that says so; nil if it isn't known.
  public var source: String? {
    switch self {
    case .never(let source, _), .again(_, _, let source, _): source
    case .unknown: nil
    }
  }

  /// The sentences for an administrator.
  public var words: String { note.isEmpty ? sentence : "\(sentence) \(note)" }

  private var note: String {
    switch self {
    case .never(_, let note), .again(_, _, _, let note): note
    case .unknown: ""
    }
  }

  private var sentence: String {
    switch self {
    case .never: "A failed delivery is never sent again."
    case .unknown: "It isn't known whether a failed delivery is sent again."
    case .again(let times?, let span?, _, _):
      "A failed delivery is sent again up to \(times) times within \(span.inWords)."
    case .again(let times?, nil, _, _): "A failed delivery is sent again up to \(times) times."
    case .again(nil, let span?, _, _): "A failed delivery is sent again for up to \(span.inWords)."
    case .again(nil, nil, _, _): "A failed delivery is sent again; it isn't known how often."
    }
  }
}

extension Duration {
  static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
  static func hours(_ count: Double) -> Duration { .seconds(Int(count * 3600)) }
  static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

  /// The span in the largest unit that shows it exactly, from two of that unit on: `2 days`,
  /// `26 hours`, `27.5 hours`, `85 minutes`.
  fileprivate var inWords: String {
    let seconds = components.seconds
    for (unit, size) in [("days", Int64(86_400)), ("hours", 3600), ("minutes", 60)]
    where seconds >= 2 * size {
      if seconds % size == 0 { return "\(seconds / size) \(unit)" }
      if unit == "hours", seconds % 1800 == 0 { return "\(seconds / size).5 hours" }
    }
    return "\(seconds) seconds"
  }
}
