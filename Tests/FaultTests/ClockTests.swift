import Foundation
import Spooling
import Testing

extension Faults {
  @Suite struct ClockTests {
    @Test func `when the clock jumps back an hour, ids are still unique and increase`() {
      let arrivals = Arrivals()
      let start = Date(timeIntervalSince1970: 1_800_000_000)
      let clock = [0, 1, 2, -3600, -3599, -3600, 3, 3, -3600, 4].map { start + $0 }
      let ids = clock.map { arrivals.next(at: $0).id }
      #expect(Set(ids).count == ids.count)
      #expect(ids == ids.sorted())
      let names = ids.map { "\($0.at(place: 1))" }
      #expect(names == names.sorted())
      // The reported time is the clock's.
      #expect(clock.map { arrivals.next(at: $0).time } == clock)
    }
  }
}
