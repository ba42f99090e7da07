import FoundationEssentials
import Glibc

/// The users of this machine that `peers` allows to connect.
public enum Peers {
  /// Why a user can't be told from the others.
  enum Failure: Error, Equatable, CustomStringConvertible {
    /// No user has the name.
    case unknown(name: String)
    /// The process can't see the user: the kernel reports all such users as nobody.
    case unseen(name: String)

    var description: String { "levelwind.yaml: peers: \(words)" }

    fileprivate var words: String {
      switch self {
      case .unknown(let name): "there is no user \(name)"
      case .unseen(let name):
        "user \(name) can't be recognised: the responder runs in a user namespace of its own "
          + "(PrivateUsers=yes of its unit). Remove peers: the group and mode that "
          + "levelwind.socket sets admit nginx alone"
      }
    }
  }

  /// The users of the machine that a process sees: user_namespaces(7), `/proc/<process>/uid_map`.
  struct UserMap {
    private let ranges: [Range<UInt64>]
    /// The id that the kernel reports for every user that isn't seen.
    private static let overflow: uid_t = 65534

    /// - Parameter text: the content of the file. Each line has a first id inside, a first id
    ///   outside, and a count. From other text, no user is seen.
    init(_ text: String) {
      ranges = text.split(separator: "\n").compactMap { line in
        let numbers = line.split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 3, numbers[0] <= UInt32.max, numbers[2] <= UInt32.max else {
          return nil
        }
        return numbers[0]..<(numbers[0] + numbers[2])
      }
    }

    /// The users that this process sees.
    static var own: UserMap {
      UserMap((try? String(contentsOfFile: "/proc/self/uid_map", encoding: .utf8)) ?? "")
    }

    /// Whether a peer with this id is certainly that user.
    func sees(_ user: uid_t) -> Bool {
      let isSeen = ranges.contains { $0.contains(UInt64(user)) }
      return isSeen && (user != Self.overflow || ranges.contains(0..<UInt64(UInt32.max)))
    }
  }

  /// Returns what is wrong with these names, for a process that sees the users of `map`: the
  /// content of that process's `/proc/<process>/uid_map`.
  public static func problems(with names: [String], usersSeen map: String) -> [String] {
    names.compactMap { name in
      do {
        _ = try ids(of: [name], in: UserMap(map))
        return nil
      } catch { return (error as? Failure)?.words }
    }
  }

  /// Returns the ids of users.
  ///
  /// - Throws: `Failure` for a name that is unknown or whose user can't be seen.
  static func ids(of names: [String], in map: @autoclosure () -> UserMap = .own) throws -> Set<
    uid_t
  > {
    if names.isEmpty { return [] }
    let map = map()
    var ids: Set<uid_t> = []
    for name in names {
      guard let user = getpwnam(name)?.pointee.pw_uid else { throw Failure.unknown(name: name) }
      guard map.sees(user) else { throw Failure.unseen(name: name) }
      ids.insert(user)
    }
    return ids
  }
}
