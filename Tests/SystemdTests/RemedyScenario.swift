@testable import Serving

/// The scenario of a remedy: how its fault is made, found and mended. bash runs all of it, as root.
struct RemedyScenario {
  let remedy: Remedy
  /// Makes the fault.
  var breaking = ""
  /// The command that finds the fault: `levelwind check`, or `levelwind health` with options.
  var asking = "levelwind check"
  /// The words that are printed before the remedy and not afterwards. nil if the fault can't be
  /// made here, so that the commands are only run.
  var says: String?
  /// The steps of the administrator before the commands.
  var byHand = ""
  /// Whether the commands only show something, so that their exit codes don't matter.
  var isShowing = false
  /// The text to type where a command asks, at a terminal.
  var typing: String?
  /// Words that one of the commands shows the administrator.
  var shows: String?
  /// The steps of the administrator afterwards.
  var mending = ""
  /// Restores the state that the next scenario expects.
  var after = ""

  static let etc = "/etc/levelwind"
  private static let spool = "/var/spool/levelwind/orders"
  private static let socket = "/run/levelwind/levelwind.sock"
  private static let dropIn = "/etc/systemd/system/levelwind-drain@orders.service.d/importer.conf"
  private static let records = "/var/lib/levelwind/postprocess/shop.tell"
  static let deliver =
    "curl -sf -H 'X-Webhook-Secret: correct-horse-battery' -d '{}' https://hooks.example.org/webhook/shop >/dev/null"

  private static func drain(_ lines: String...) -> String {
    """
    mkdir -p $(dirname \(dropIn)); printf '%s\\n' '[Service]' \
      \(lines.map { "'\($0)'" }.joined(separator: " ")) >\(dropIn)
    systemctl daemon-reload
    """
  }

  // One line a remedy: the compiler sees to it that none is missing.
  static func of(_ kind: Remedy.Kind) -> RemedyScenario {
    switch kind {
    case .startResponder:
      RemedyScenario(
        remedy: .startResponder, breaking: "systemctl stop levelwind.socket levelwind",
        asking: "levelwind health",
        says: "the responder is not running")
    case .askResponder: .askResponder
    case .loadConfiguration:
      RemedyScenario(
        remedy: .loadConfiguration,
        breaking: "echo 'nonsense: 1' >\(etc)/webhooks/bad.yaml; levelwind reload || true",
        asking: "levelwind health", says: "webhooks/bad.yaml",
        byHand: "rm \(etc)/webhooks/bad.yaml", isShowing: true)
    case .waitForDisk: RemedyScenario(remedy: .waitForDisk, isShowing: true)
    case .restartResponder:
      RemedyScenario(
        remedy: .restartResponder,
        breaking: """
          mount -t tmpfs -o mode=0750 disk /var/lib/levelwind; chown levelwind: /var/lib/levelwind
          """, asking: "levelwind health", says: "another directory is at /var/lib/levelwind now",
        after:
          "systemctl stop levelwind; umount --lazy /var/lib/levelwind; systemctl restart levelwind; systemctl try-restart levelwind-postprocess"
      )
    case .waitForPublishing: RemedyScenario(remedy: .waitForPublishing, isShowing: true)
    case .mendPublishing:
      RemedyScenario(
        remedy: .mendPublishing,
        breaking: "rm -r \(spool)/new; touch \(spool)/new; \(deliver)",
        asking: "levelwind health --unpublished 1s",
        says: "spool orders: 1 acknowledged task is not published yet", byHand: "rm \(spool)/new",
        after: "levelwind task drain orders -- true")
    case .moveTasks:
      RemedyScenario(
        remedy: .moveTasks(of: "lost"),
        breaking: """
          levelwind incoming create Lost; levelwind incoming prepare
          levelwind webhook create Lost --incoming lost --secret-file /root/secret
          rm -r /var/spool/levelwind/lost/new; touch /var/spool/levelwind/lost/new
          \(deliver.replacing("/shop", with: "/lost"))
          levelwind webhook delete lost --yes; levelwind incoming delete lost --yes
          rm -r /var/spool/levelwind/lost
          """, asking: "levelwind health --unpublished 8s",
        says: "spool lost, which is not configured: 1 acknowledged task is not published yet",
        after: "ls lost-tasks/*.json; rm -r lost-tasks; levelwind reload")
    case .makeRoom:
      RemedyScenario(
        remedy: .makeRoom(at: "/var/spool/levelwind"),
        breaking:
          "cp \(etc)/levelwind.yaml /root/; sed -i 's/^min_free:.*/min_free: 1024TiB/' \(etc)/levelwind.yaml; levelwind reload",
        asking: "levelwind health", says: "/var/spool/levelwind is full",
        byHand: "cp /root/levelwind.yaml \(etc)/; levelwind reload")
    case .keepDamage:
      RemedyScenario(
        remedy: .keepDamage,
        breaking: """
          systemctl stop levelwind
          echo nonsense | dd of=/var/lib/levelwind/wal/0000.log conv=notrunc status=none
          systemctl start levelwind
          """, asking: "levelwind health", says: "something in the write-ahead log can't be read",
        byHand: "systemctl restart levelwind", isShowing: true,
        after: "rm /var/lib/levelwind/wal/unreadable-*")
    case .waitForLog: RemedyScenario(remedy: .waitForLog, isShowing: true)
    case .askHistory: RemedyScenario(remedy: .askHistory, isShowing: true)
    case .keepHistory: .keepHistory
    case .askPostProcessing: .askPostProcessing
    case .retryRecords:
      RemedyScenario(
        remedy: .retryRecords(in: records),
        breaking: """
          printf '#!/bin/sh\\n[ -e /usr/local/well ] || exit 65\\n' >/usr/local/bin/tell; chmod +x /usr/local/bin/tell
          printf 'post_processors: [{name: tell, type: exec, command: [/usr/local/bin/tell]}]\\n' >>\(etc)/webhooks/shop.yaml
          levelwind reload; \(deliver)
          """, asking: "levelwind health", says: "post-processing of shop.tell: 1 record given up",
        byHand: "touch /usr/local/well", after: "levelwind task drain orders -- true")
    case .dropRecords:
      RemedyScenario(
        remedy: .dropRecords(in: records),
        breaking: """
          rm /usr/local/well; \(deliver); levelwind task drain orders -- true
          until ls \(records)/failed/*.json >/dev/null 2>&1; do sleep 0.1; done
          sed -i /post_processors/d \(etc)/webhooks/shop.yaml; levelwind reload
          """, asking: "levelwind health", says: "nobody works on 1 record of shop.tell")
    case .mendSpool:
      RemedyScenario(
        remedy: .mendSpool,
        breaking: "mv \(spool) /root/orders; mkdir \(spool); levelwind reload",
        asking: "levelwind health", says: "spool orders, since ", isShowing: true,
        after: "rm -r /root/orders")
    case .retryTasks:
      RemedyScenario(
        remedy: .retryTasks(of: "orders"),
        breaking:
          "\(deliver); until levelwind task list orders | grep -q .; do sleep 0.1; done; ! levelwind task drain orders -- sh -c 'exit 65'",
        asking: "levelwind health", says: "spool orders: 1 failed task")
    case .findImporter:
      RemedyScenario(
        remedy: .findImporter(of: "orders", areClaimed: true),
        breaking: "levelwind task claim orders", asking: "levelwind health --waiting 1",
        says: "spool orders: 1 task waiting", byHand: "rm -f \(spool)/*/*.json")
    case .askRefusals: .askRefusals
    case .askSender: .askSender
    case .addSecret:
      RemedyScenario(
        remedy: .addSecret(to: "shop", "pre_processors[0].secrets"),
        breaking:
          "cp \(etc)/webhooks/shop.yaml /root/; sed -i 's/secret: shop}/secret: shop, not_after: 2020-01-01T00:00:00Z}/' \(etc)/webhooks/shop.yaml; levelwind reload",
        asking: "levelwind health", says: "every secret of pre_processors[0].secrets has expired")
    case .removeSecret:
      RemedyScenario(
        remedy: .removeSecret("shop", of: "shop"), asking: "levelwind health",
        says: "secret shop expired", after: "cp /root/shop.yaml \(etc)/webhooks/; levelwind reload")
    case .askFilters: .askFilters
    case .askClock: .askClock
    case .giveSecret: .giveSecret
    case .restoreIncoming:
      RemedyScenario(
        remedy: .restoreIncoming("old"),
        breaking: """
          levelwind incoming create Old; levelwind incoming delete old --yes
          touch /var/spool/levelwind/old/new/x.json
          """, says: "and there is no incoming/old.yaml",
        after: "levelwind incoming delete old --yes; rm -r /var/spool/levelwind/old")
    case .dropSecret:
      RemedyScenario(
        remedy: .dropSecret("\(etc)/secrets/unused"),
        breaking: "install -m 0640 -g levelwind /root/secret \(etc)/secrets/unused",
        says: "secrets/unused: notice: no webhook uses it")
    case .askSecrets: .askSecrets
    case .load:
      RemedyScenario(
        remedy: .load,
        breaking: """
          sed -i 's|\\^~ /webhook/|^~ /hooks/webhook/|' /etc/nginx/snippets/levelwind.conf; nginx -s reload
          sed -i 's|^base_url:.*|&/hooks|' \(etc)/levelwind.yaml
          """,
        says:
          "the responder has loaded base_url https://hooks.example.org, which differs from this "
          + "file",
        after: """
          sed -i 's|\\^~ /hooks/webhook/|^~ /webhook/|' /etc/nginx/snippets/levelwind.conf; nginx -s reload
          sed -i 's|/hooks$||' \(etc)/levelwind.yaml; levelwind reload
          """)
    case .loadNginx:
      RemedyScenario(
        remedy: .loadNginx, breaking: "systemctl stop nginx",
        says: "can't be reached (Connection refused)")
    case .includeSnippet:
      RemedyScenario(
        remedy: .includeSnippet(in: "yours"),
        breaking:
          "sed -i 's|include snippets/levelwind.conf|#&|' /etc/nginx/sites-available/levelwind; nginx -s reload",
        says: "no server block hands /webhook/ over",
        byHand:
          "sed -i 's|#include snippets/levelwind.conf|include snippets/levelwind.conf|' /etc/nginx/sites-available/levelwind"
      )
    case .loadApache: .loadApache
    case .handOverByApache: .handOverByApache
    case .startSocket:
      RemedyScenario(
        remedy: .startSocket,
        breaking:
          "systemctl disable --now levelwind.socket; systemctl stop levelwind; rm -f \(socket)",
        says: "there is no socket")
    case .replaceSocket:
      RemedyScenario(
        remedy: .replaceSocket(socket),
        breaking: "systemctl stop levelwind.socket levelwind; rm -f \(socket); touch \(socket)",
        says: "isn't a socket: ")
    case .giveSocket:
      RemedyScenario(
        remedy: .giveSocket(socket, "www-data"), breaking: "chgrp root \(socket)",
        says: "can't write to it: ")
    case .changeMode:
      RemedyScenario(
        remedy: .changeMode("0660", socket), breaking: "chmod 0666 \(socket)",
        says: "every user can write to it")
    case .giveFile:
      RemedyScenario(
        remedy: .giveFile("\(etc)/secrets/shop", "levelwind"),
        breaking: "chmod 0600 \(etc)/secrets/shop; systemctl restart levelwind",
        says: "secrets/shop: user levelwind, the responder, can't read it",
        after: "levelwind reload")
    case .openFolder:
      RemedyScenario(
        remedy: .openFolder("\(etc)/secrets", "levelwind"), breaking: "chmod 0700 \(etc)/secrets",
        says: "secrets: user levelwind can't pass")
    case .ownState:
      RemedyScenario(
        remedy: .ownState("/var/lib/levelwind", "levelwind"),
        breaking: "chown root /var/lib/levelwind",
        says: "can't be written by user levelwind")
    case .mergeFile:
      RemedyScenario(
        remedy: .mergeFile("/etc/nginx/snippets/levelwind.conf.ucf-dist"),
        breaking: "echo '# new' >/etc/nginx/snippets/levelwind.conf.ucf-dist",
        says: "the package brought a newer version", isShowing: true)
    // The clock is the host's.
    case .setClock: RemedyScenario(remedy: .setClock, isShowing: true)
    case .allowWriting:
      RemedyScenario(
        remedy: .allowWriting(to: "/srv/tasks"),
        breaking: "echo 'spool: /srv/tasks' >>\(etc)/levelwind.yaml",
        says: "levelwind.service may not write there",
        after: """
          levelwind incoming prepare; \(deliver)
          until ls /srv/tasks/orders/new/*.json >/dev/null; do sleep 0.1; done
          sed -i /^spool:/d \(etc)/levelwind.yaml; systemctl restart levelwind
          """)
    case .allowRunning:
      RemedyScenario(
        remedy: .allowRunning("/srv/tell"),
        breaking: """
          install -m 0755 /usr/local/bin/tell /srv/tell
          printf 'post_processors: [{name: tell, type: exec, command: [/srv/tell]}]\\n' >>\(etc)/webhooks/shop.yaml
          """, says: "levelwind-postprocess.service may not run it",
        after: "sed -i /post_processors/d \(etc)/webhooks/shop.yaml")
    case .giveUser:
      RemedyScenario(
        remedy: .giveUser(to: "levelwind-drain@orders.service"),
        breaking:
          "rm -f \(dropIn); systemctl daemon-reload; systemctl start levelwind-drain@orders.path",
        says: "would run as root",
        byHand: drain("User=erp", "Environment=\"DRAIN_COMMAND=/bin/true\""), isShowing: true)
    case .makeUser:
      RemedyScenario(
        remedy: .makeUser("ghost", for: "levelwind-drain@orders.service"),
        breaking: drain("User=ghost", "Group=erp", "Environment=\"DRAIN_COMMAND=/bin/true\""),
        asking: "levelwind health", says: "there is no user ghost")
    case .joinGroup:
      RemedyScenario(
        remedy: .joinGroup("erp", "ghost"),
        breaking: drain("User=ghost", "Environment=\"DRAIN_COMMAND=/bin/true\""),
        says: "user ghost is not in group erp")
    case .moveProgram:
      RemedyScenario(
        remedy: .moveProgram(for: "levelwind-drain@orders.service"),
        breaking: drain("User=erp", "Environment=\"DRAIN_COMMAND=/home/erp/import\""),
        says: "/home/erp/import lies in a folder that ProtectHome=yes hides from the service",
        byHand: drain("User=erp", "Environment=\"DRAIN_COMMAND=/bin/true\""), isShowing: true)
    case .startUnit:
      RemedyScenario(
        remedy: .startUnit("levelwind-drain@orders.path"),
        breaking:
          "systemctl enable levelwind-drain@orders.path; systemctl stop levelwind-drain@orders.path",
        says: "is enabled, but does not run")
    case .askUnit:
      RemedyScenario(
        remedy: .askUnit("levelwind-drain@orders.service"),
        breaking: """
          \(drain("User=erp", "Environment=\"DRAIN_COMMAND=/bin/true\"", "Environment=\"DRAIN_OPTIONS=--jobs 0\""))
          systemctl start levelwind-drain@orders.service || true
          """, says: "failed (exit-code, status 64)",
        byHand: drain("User=erp", "Environment=\"DRAIN_COMMAND=/bin/true\""))
    }
  }
}
