/// How long the deliveries of a webhook are remembered, and how many.
struct ReplayRule: Sendable, Equatable {
  var keep: Duration
  var max: Int
}
