import Bytes
import Dispatch
import Fetching
import Importing
import Sending
import Webhooks

/// Work whose other side can be tried without a task.
protocol ConnectingWork: Work {
  /// Connects to the other side, and sends no task.
  ///
  /// - Parameters:
  ///   - time: how long that may take.
  ///   - stop: ends the wait at its deadline.
  /// - Returns: why no task could be carried on; nil if one could.
  func objection(within time: Duration, until stop: StopRequest) -> String?
}

extension Relaying {
  /// Tries the connection of each relay, all at the same time.
  ///
  /// - Parameters:
  ///   - spools: the spools with a relay.
  ///   - fetcher: how to connect where a relay doesn't say.
  ///   - time: how long each may take.
  /// - Returns: for each incoming configuration why its relay can't work; nil if it can.
  public static func check(
    _ spools: [RelayedSpool], through fetcher: Fetcher, within time: Duration
  ) -> [(incoming: String, objection: String?)] {
    let found = Mutex([Int: String?]())
    let ended = DispatchGroup()
    for (index, spool) in spools.enumerated() {
      ended.enter()
      NamedThread.start("relay") {
        let tools = Tools(fetcher: fetcher, follows: false) { _ in }
        let objection = Self.objection(spool.relay.work(with: tools), time)
        found.withLock { $0[index] = objection }
        ended.leave()
      }
    }
    ended.wait()
    return spools.enumerated().map { index, spool in
      (spool.incoming.text, found.withLock { $0[index] ?? nil })
    }
  }

  private static func objection(_ work: any ConnectingWork, _ time: Duration) -> String? {
    do {
      let stop = try StopRequest()
      stop.request(by: .now + time)
      return work.objection(within: time, until: stop)
    } catch {
      return "\(error)"
    }
  }
}

extension HTTPWork: ConnectingWork {}
