import Dispatch
import Glibc
import Testing

@testable import Spooling

@Suite struct ProberTests {
  @Test func `rounds follow each other until the end, however often it is begun`() {
    let prober = Prober(every: .milliseconds(1))
    let rounds = Counter()
    for _ in 0..<3 { prober.start(rounds.add) }
    while rounds.value < 9 { sched_yield() }
    prober.stop()
    let made = rounds.value
    prober.start(rounds.add)
    #expect(rounds.value == made)
  }

  @Test func `the end does not wait for the next round, and there is none after it`() {
    let prober = Prober(every: .seconds(3600))
    let rounds = Counter()
    prober.start(rounds.add)
    prober.stop()
    prober.start(rounds.add)
    #expect(rounds.value == 0)
  }

  @Test func `a round that hangs does not hold up the end`() {
    let prober = Prober(every: .seconds(3600))
    let (begun, over) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    prober.start(isAtOnce: true) {
      begun.signal()
      over.wait()
    }
    begun.wait()
    prober.stop()
    over.signal()
  }
}
