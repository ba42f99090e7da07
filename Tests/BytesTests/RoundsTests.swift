import Bytes
import Dispatch
import Glibc
import Testing

@Suite struct RoundsTests {
  @Test func `rounds follow each other until the end, however often it is begun`() {
    let rounds = Rounds("rounds")
    let made = Counter()
    for _ in 0..<3 { start(rounds, made, every: .milliseconds(1)) }
    while made.value < 9 { sched_yield() }
    rounds.stop()
    let before = made.value
    start(rounds, made, every: .milliseconds(1))
    #expect(made.value == before)
  }

  @Test func `the last function runs once, after every round`() {
    let rounds = Rounds("rounds")
    let (made, ends) = (Counter(), Counter())
    rounds.start(last: ends.count) {
      made.count()
      return ends.value == 0 ? .zero : .seconds(3600)
    }
    while made.value < 9 { sched_yield() }
    #expect(ends.value == 0)
    rounds.stop(within: nil)
    rounds.stop(within: nil)
    #expect(ends.value == 1)
  }

  private func start(_ rounds: Rounds, _ made: Counter, every pause: Duration) {
    rounds.start(after: pause) {
      made.count()
      return pause
    }
  }

  @Test func `the end does not wait for the next round, and there is none after it`() {
    let rounds = Rounds("rounds")
    let made = Counter()
    start(rounds, made, every: .seconds(3600))
    rounds.stop()
    start(rounds, made, every: .zero)
    #expect(made.value == 0)
  }

  @Test func `a round that hangs does not hold up the end`() {
    let rounds = Rounds("rounds")
    let (begun, over) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    rounds.start {
      begun.signal()
      over.wait()
      return .zero
    }
    begun.wait()
    rounds.stop()
    over.signal()
  }
}
