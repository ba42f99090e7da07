@testable import Serving

/// Remedies that show the administrator something, with the steps that follow.
extension RemedyScenario {
  private static let drained = "levelwind task drain orders -- true"

  static let askResponder = RemedyScenario(
    remedy: .askResponder,
    breaking:
      "systemctl stop levelwind.socket levelwind; mv /var/lib/levelwind/status/serve.json /root/",
    asking: "levelwind health", says: "no responder ever ran", isShowing: true,
    shows: "Active: inactive",
    mending:
      "mv /root/serve.json /var/lib/levelwind/status/; systemctl start levelwind.socket levelwind")

  // The late restart lets `health` see that the process is gone.
  static let askPostProcessing = RemedyScenario(
    remedy: .askPostProcessing,
    breaking: """
      mkdir -p /run/systemd/system/levelwind-postprocess.service.d
      printf '[Service]\\nRestartSec=1h\\n' >/run/systemd/system/levelwind-postprocess.service.d/late.conf
      systemctl daemon-reload; systemctl stop levelwind-postprocess
      rm -f /var/lib/levelwind/status/postprocess.json; systemctl start levelwind-postprocess
      timeout 30 sh -c "until [ -e /var/lib/levelwind/status/postprocess.json ]; do sleep 0.1; done"
      systemctl kill --signal=KILL levelwind-postprocess
      """, asking: "levelwind health",
    says: "levelwind postprocess died", isShowing: true,
    shows: "signal=KILL",
    mending: """
      rm -r /run/systemd/system/levelwind-postprocess.service.d
      systemctl daemon-reload; systemctl restart levelwind-postprocess
      """)

  static let askRefusals = RemedyScenario(
    remedy: .askRefusals(of: "shop"),
    breaking: """
      cp \(etc)/levelwind.yaml /root/
      sed -i 's/^min_free:.*/min_free: 1024TiB/' \(etc)/levelwind.yaml; levelwind reload
      ! \(deliver)
      """, asking: "levelwind health --refused 1s",
    says: "webhook shop (Shop): its sender has been refused with 503 for ",
    shows: "min_free", mending: "cp /root/levelwind.yaml \(etc)/; levelwind reload; \(deliver)",
    after: drained)

  private static let damaged = "/var/lib/levelwind/history/shop/damaged-today.db"

  static let keepHistory = RemedyScenario(
    remedy: .keepHistory(at: damaged),
    breaking: """
      \(deliver); until levelwind delivery list shop --json | grep -q .; do sleep 0.1; done
      touch \(damaged)
      """, asking: "levelwind health", says: "a file of the history was damaged",
    mending: "while { levelwind health || :; } | grep -q damaged-today; do sleep 0.5; done",
    after: drained)

  static let askSender = RemedyScenario(
    remedy: .askSender(of: "shop"), breaking: "levelwind webhook set shop expect_every=10s",
    asking: "levelwind health", says: "webhook shop (Shop): no delivery for ",
    shows: "refused", mending: deliver,
    after: "levelwind webhook set shop --unset expect_every; \(drained)")

  static let askFilters = RemedyScenario(
    remedy: .askFilters(of: "shop", ["orders"]),
    breaking: """
      levelwind incoming set orders 'filter=.data.headers["x-kind"] == "order"'
      for n in $(seq 12); do \(deliver); done
      """, asking: "levelwind health",
    says: "webhook shop (Shop): no filter wanted any of its last ",
    shows: "filter: .data.headers[\"x-kind\"] == \"order\"",
    mending: "levelwind incoming set orders --unset filter")

  /// Posts like a sender whose clock is a number of seconds ahead.
  private static let post = """
    post() {
      time=$(($(date +%s) + $1))
      code=$(printf '%s.{}' $time | openssl dgst -sha256 -hmac "$(cat \(etc)/secrets/clock)" -r | cut -d' ' -f1)
      curl -s -H "X-Time: $time" -H "X-Signature: $code" -d '{}' https://hooks.example.org/webhook/clock
    }
    """

  static let askClock = RemedyScenario(
    remedy: .askClock(of: "clock"),
    breaking: """
      levelwind webhook create Clock --incoming orders --hmac X-Signature --timestamp-header X-Time
      \(post)
      for ahead in 3600 3610 3620; do post $ahead; done
      """, asking: "levelwind health", says: "s ahead of this machine's clock: is the clock right?",
    isShowing: true, shows: " s ahead, ",
    mending: "\(post)\npost 0 | grep '\"tasks\":1'",
    after: "levelwind webhook delete clock --yes --delete-secrets; \(drained)")

  static let giveSecret = RemedyScenario(
    remedy: .giveSecret(to: "later"),
    breaking: "levelwind webhook create Later --incoming orders --sender stripe </dev/null",
    asking: "levelwind health", says: "webhook later (Later) waits for its secret",
    typing: "whsec_0123456789abcdef0123456789abcdef",
    after: "levelwind webhook delete later --yes --delete-secrets")

  // The finding lasts until the secret has expired, or a week after its last use.
  static let askSecrets = RemedyScenario(
    remedy: .askSecrets(of: "shop"),
    breaking: """
      cp \(etc)/webhooks/shop.yaml /root/; levelwind webhook secret add shop
      end=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)
      sed -i "s/secret: shop}/secret: shop, not_after: $end}/" \(etc)/webhooks/shop.yaml
      levelwind reload; \(deliver)
      """, asking: "levelwind health", says: ", and its sender still uses it",
    shows: "; expires ", mending: "cp /root/shop.yaml \(etc)/webhooks/; levelwind reload",
    after: "rm -f \(etc)/secrets/shop-*; \(drained)")
}
