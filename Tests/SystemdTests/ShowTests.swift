import Foundation
import Testing

@testable import Harness

/// The administrator's actions on a running server, while its senders go on sending.
@Suite(.needs(.machine, toProve: "that a server under load loses and refuses nothing"))
struct ShowTests {
  @Test func `whatever is done to a server under load, nothing acknowledged is lost`() throws {
    try Machine.open { machine in
      let headers = ["X-Webhook-Secret: \(try prepare(machine))"]
      func deliver() throws -> Reply { try machine.send("/webhook/erp", "{}", headers: headers) }
      try until("it is taken") { try deliver().status == 200 }
      var first = 0
      var acknowledged: Set<Int> = []
      /// - Returns: the number of answers by status, without those 503 that came at the deadline: a
      ///   slow machine may take longer than that to start the service.
      func under(_ what: String, _ act: (SteadyLoad) throws -> Void) throws -> [Int: Int] {
        let load = try SteadyLoad(
          to: machine, webhook: "erp", headers: headers, from: first)
        try load.more(50)
        try act(load)
        try load.more(50)
        let answers = try load.stop()
        first += 1_000_000
        acknowledged.formUnion(answers.filter { $0.value.status == 200 }.keys)
        let counts = answers.values.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
        let told = counts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        let late = answers.values.count { $0.status == 503 && $0.waited >= .milliseconds(3900) }
        print(
          "\(what): \(answers.count) requests, \(told.joined(separator: ", ")), \(late) at the deadline"
        )
        return counts.merging([503: -late], uniquingKeysWith: +).filter { $0.value != 0 }
      }
      func pid() throws -> String {
        try machine.shell("systemctl show --value --property MainPID levelwind")
      }

      let reloaded = try under("three reloads") { load in
        for _ in 1...3 {
          try machine.shell("systemctl reload levelwind")
          try load.more(20)
        }
      }
      #expect(reloaded.keys.sorted() == [200])

      let restarted = try under("five restarts") { load in
        for _ in 1...5 {
          let before = try pid()
          try machine.shell("systemctl restart levelwind")
          #expect(try pid() != before)
          try load.more(20)
        }
      }
      #expect(restarted.keys.sorted() == [200])

      let crashed = try under("SIGSEGV") { load in
        let before = try pid()
        try machine.shell("systemctl kill --signal=SEGV --kill-whom=main levelwind")
        try until("it is back") { try !["0", before].contains(pid()) }
        try load.more(100)
      }
      // Deliveries that were being handled may be told to come again. Those behind them wait.
      #expect(Set(crashed.keys).isSubset(of: [200, 503]))
      #expect(crashed[503, default: 0] <= 6)

      let upgraded = try under("an upgrade") { load in
        let before = try pid()
        try machine.install(DebianPackage.next())
        #expect(try pid() != before)
      }
      #expect(upgraded.keys.sorted() == [200])

      // The socket starts the service again with the next delivery.
      let stopped = try under("stop and start") { load in
        try machine.shell("systemctl stop levelwind.service")
        try load.more(50)
        try machine.shell("systemctl start levelwind.service")
      }
      #expect(stopped.keys.sorted() == [200])

      try machine.shell("systemctl stop levelwind.socket levelwind.service")
      let refused = try deliver()
      #expect(refused.status == 503)
      #expect(refused["retry-after"] != nil)
      try machine.shell("systemctl start levelwind.socket")
      #expect(try deliver().status == 200)

      try machine.shell("systemctl stop levelwind.socket levelwind.service")
      let numbers = try machine.shell(
        #"cd /var/spool/levelwind/stock/new && ls | xargs -d '\n' cat | grep -oE '"number": [0-9]+' | grep -oE '[0-9]+'"#
      )
      let stored = Set(numbers.split(separator: "\n").compactMap { Int($0) })
      print(
        "acknowledged: \(acknowledged.count), of these lost: \(acknowledged.subtracting(stored).count)"
      )
      #expect(acknowledged.subtracting(stored) == [])
    }
  }

  /// Installs the package, and makes a webhook whose deliveries are logged.
  ///
  /// - Returns: its secret.
  private func prepare(_ machine: Machine) throws -> Substring {
    try machine.install()
    try machine.startNginx()
    let said = try machine.shell(
      """
      levelwind incoming create Stock
      levelwind webhook create ERP --incoming stock --logging
      levelwind check
      """)
    #expect(said.contains("The responder has loaded the change."), "\(said)")
    return try #require(said.firstMatch(of: /shown this once.*\n  (\S+)\n/)?.output.1, "\(said)")
  }
}
