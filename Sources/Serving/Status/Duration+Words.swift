extension Duration {
  /// For people, in one unit: `12 s`, `5 min`, `3 h`, `4 days`.
  public var words: String {
    let seconds = max(components.seconds, 0)
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
