/// What the responder answers besides webhooks. nginx decides who may ask.
enum Page: String, CaseIterable {
  case info = "/info"
  case metrics = "/metrics"
  case health = "/healthz"
  /// For `levelwind check`; to all others it is no webhook.
  case check = "/webhook/_check"
}
