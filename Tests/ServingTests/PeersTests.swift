import Foundation
import Testing

@testable import Serving

/// The users that a process can tell apart.
@Suite struct PeersTests {
  private static let whole = "         0          0 4294967295\n"
  /// The map of systemd's PrivateUsers=yes: root and the unit's own user.
  private static let unit = "0 0 1\n997 997 1\n"

  @Test func `where every user is seen, each of them can be a peer`() throws {
    #expect(try Peers.ids(of: ["root", "nobody"], in: .init(Self.whole)) == [0, 65534])
    #expect(try Peers.ids(of: [], in: .init("")) == [])
  }

  @Test func `a user that is not seen is refused, with what to do`() {
    for text in [Self.unit, "", "nonsense\n", "18446744073709551615 0 18446744073709551615\n"] {
      let error = #expect(throws: Peers.Failure.unseen(name: "nobody")) {
        try Peers.ids(of: ["nobody"], in: .init(text))
      }
      #expect(error?.description.contains("PrivateUsers=yes") == true)
      #expect(error?.description.contains("Remove peers") == true)
    }
    let said = Peers.problems(with: ["root", "nobody"], usersSeen: Self.unit)
    #expect(said.count == 1 && said[0].hasPrefix("user nobody can't be recognised"))
    #expect(throws: Peers.Failure.unknown(name: "no-such-user")) {
      try Peers.ids(of: ["no-such-user"], in: .init(Self.whole))
    }
  }

  @Test func `of a part of the users, those in it are told apart, but never nobody`() {
    let map = Peers.UserMap("0 100000 65536\n")
    #expect(map.sees(33))
    #expect(!map.sees(65534))
    #expect(!map.sees(65536))
    #expect(Peers.UserMap(Self.unit).sees(997))
  }
}
