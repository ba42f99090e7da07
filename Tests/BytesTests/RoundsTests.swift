import Bytes
import Dispatch
import Glibc
import Testing

@Suite struct RoundsTests {
  @Test func `rounds follow each other until the end, however often it is begun`() {
    let rounds = Rounds(every: .milliseconds(1))
    let made = Counter()
    for _ in 0..<3 { rounds.start(made.count) }
    while made.value < 9 { sched_yield() }
    rounds.stop()
    let before = made.value
    rounds.start(made.count)
    #expect(made.value == before)
  }

  @Test func `the end does not wait for the next round, and there is none after it`() {
    let rounds = Rounds(every: .seconds(3600))
    let made = Counter()
    rounds.start(made.count)
    rounds.stop()
    rounds.start(made.count)
    #expect(made.value == 0)
  }

  @Test func `a round that hangs does not hold up the end`() {
    let rounds = Rounds(every: .seconds(3600))
    let (begun, over) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    rounds.start(isAtOnce: true) {
      begun.signal()
      over.wait()
    }
    begun.wait()
    rounds.stop()
    over.signal()
  }
}
