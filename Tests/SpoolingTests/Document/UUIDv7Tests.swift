import Bytes
import Dispatch
import Foundation
import Testing

@testable import Spooling

@Suite struct UUIDv7Tests {
  private let now = Date(timeIntervalSince1970: 1_795_459_746.25)

  private func randomID() -> UUIDv7 {
    UUIDv7(tick: .random(in: 0..<1 << 60), random: .random(in: 0...UInt64.max))
  }

  @Test func `an id is laid out as RFC 9562 says`() {
    let id = UUIDv7(tick: 0x0123_4567_89AB << 12 | 0xDEF, random: 0x3FF_0123_4567)
    #expect(id.description == "01234567-89ab-7def-8000-03ff01234567")
    #expect(id.at(place: 1).description == "01234567-89ab-7def-8000-07ff01234567")
    #expect(id.at(place: UUIDv7.lastPlace).description == "01234567-89ab-7def-bfff-ffff01234567")
    let full = UUIDv7(tick: 0xFFFF_FFFF_FFFF << 12 | 0xFFF, random: .max)
    #expect(full.description == "ffffffff-ffff-7fff-8000-03ffffffffff")
    for _ in 0..<1000 {
      let text = Array(randomID().at(place: .random(in: 0...UUIDv7.lastPlace)).description.utf8)
      #expect(text.count == 36)
      #expect(text[14] == UInt8(ascii: "7"))
      #expect("89ab".utf8.contains(text[19]))
    }
  }

  @Test func `an id says when its delivery arrived`() {
    let id = Arrivals().next(at: now).id
    #expect(id.high >> 16 == 1_795_459_746_250)
    #expect(Arrivals().next(at: now).time == now)
  }

  @Test func `ids increase while the clock is set back or stands still`() {
    let arrivals = Arrivals()
    var last = arrivals.next(at: now).id
    for offset in [0, 0, -1, -3600, -1e9, -1e12, 0.0001, 0, 5, 4.999, -5, 5.0001, 3600] {
      let next = arrivals.next(at: now.addingTimeInterval(offset)).id
      #expect(next > last)
      #expect(next.description > last.description)
      #expect(next.high > last.high)
      last = next
    }
  }

  @Test func `ids of many threads are different`() {
    let arrivals = Arrivals()
    let seen = Mutex<Set<UInt64>>([])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let own = (0..<500).map { _ in arrivals.next(at: now).id.high }
      #expect(own == own.sorted())
      seen.withLock { $0.formUnion(own) }
    }
    #expect(seen.withLock { $0.count } == 4000)
  }

  @Test func `two processes that start at the same moment differ`() {
    let ids = Set((0..<100).map { _ in Arrivals().next(at: now).id })
    #expect(ids.count == 100)
  }

  @Test func `each delivery begins a trace of its own, unless it belongs to one`() {
    let arrivals = Arrivals()
    let begun = (0..<100).map { _ in arrivals.next(at: now).trace }
    #expect(Set(begun.map(\.trace)).count == 100 && Set(begun.map(\.span)).count == 100)
    #expect(arrivals.next(at: now, in: begun[0]).trace == begun[0])
  }

  @Test func `the files of a delivery sort in their order, and before every later delivery`() {
    let arrivals = Arrivals()
    var ids: [UUIDv7] = []
    for _ in 0..<50 {
      let delivery = arrivals.next(at: now).id
      ids.append(delivery)
      for place in [1, 2, 9, 10, 255, 256, 4095, 65_536, UUIDv7.lastPlace] {
        ids.append(delivery.at(place: place))
      }
    }
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == ids.count)
    #expect(ids.map(\.description) == ids.map(\.description).sorted())
  }

  @Test func `a place is found from any other`() {
    let delivery = randomID()
    #expect(delivery.at(place: 0) == delivery)
    #expect(delivery.at(place: 7).at(place: 3) == delivery.at(place: 3))
    #expect(delivery.at(place: UUIDv7.lastPlace).at(place: 0) == delivery)
  }

  @Test func `text sorts as ids do`() {
    let ids = (0..<2000).map { index in
      UUIDv7(
        tick: index % 2 == 0 ? .random(in: 0..<1 << 60) : 77 << 12,
        random: .random(in: 0...UInt64.max)
      )
      .at(place: .random(in: 0...UUIDv7.lastPlace))
    }
    #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
    #expect(Set(ids.map(\.description)).count == Set(ids).count)
  }
}
