import Glibc
import Synchronization
import Testing

@testable import Spooling

@Suite struct ProberTests {
  @Test func `the thread is there for as long as it is needed, and again when it is needed again`()
  {
    let prober = Prober(every: .milliseconds(1))
    let needed = Mutex(0)
    let rounds = Counter()
    for _ in 0..<3 {
      needed.withLock { $0 = 3 }
      prober.start {
        needed.withLock { $0 > 0 }
      } round: {
        needed.withLock { $0 -= 1 }
        rounds.add()
      }
      while prober.isRunning { sched_yield() }
    }
    #expect(rounds.value == 9)
    prober.stop()
  }

  @Test func `the end does not wait for the next round, and there is none after it`() {
    let prober = Prober(every: .seconds(3600))
    let rounds = Counter()
    prober.start(while: { true }, round: rounds.add)
    prober.stop()
    prober.start(while: { true }, round: rounds.add)
    #expect(rounds.value == 0)
  }
}
