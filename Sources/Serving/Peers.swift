import Foundation

/// The users that `peers` lets connect.
public enum Peers {
  /// Why they can't be told from others.
  enum Failure: Error, Equatable, CustomStringConvertible {
    /// No user has the name.
    case unknown(name: String)
    /// The kernel says of the user, as of every other that this process can't see, that it is nobody.
    case unseen(name: String)

    var description: String { "levelwind.yaml: peers: \(words)" }

    fileprivate var words: String {
      switch self {
      case .unknown(let name): "there is no user \(name)"
      case .unseen(let name):
        "user \(name) can't be told from any other by the responder, which runs in a user namespace of its own "
          + "(PrivateUsers=yes of its unit). Take peers out: the socket's group and mode, which levelwind.socket "
          + "sets, let nginx in, and nobody else"
      }
    }
  }

  /// Which users of the machine a process sees: user_namespaces(7), `/proc/<process>/uid_map`.
  struct UserMap {
    private let ranges: [Range<UInt64>]
    /// What an unseen user is called.
    private static let overflow: uid_t = 65534

    /// - Parameter text: the file's, lines of first id inside, first id outside, and count. Unreadable, it
    ///   says nothing, and nobody is seen.
    init(_ text: String) {
      ranges = text.split(separator: "\n").compactMap { line in
        let numbers = line.split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 3, numbers[0] <= UInt32.max, numbers[2] <= UInt32.max else {
          return nil
        }
        return numbers[0]..<(numbers[0] + numbers[2])
      }
    }

    /// Of this process.
    static var own: UserMap {
      UserMap((try? String(contentsOfFile: "/proc/self/uid_map", encoding: .utf8)) ?? "")
    }

    /// Whether a peer of this id is that user, and nobody else.
    func sees(_ user: uid_t) -> Bool {
      let isSeen = ranges.contains { $0.contains(UInt64(user)) }
      return isSeen && (user != Self.overflow || ranges.contains(0..<UInt64(UInt32.max)))
    }
  }

  /// What is wrong with each of these names, for a process that sees some users.
  ///
  /// - Parameter usersSeen: the content of its `/proc/<process>/uid_map`.
  public static func problems(with names: [String], usersSeen map: String) -> [String] {
    names.compactMap { name in
      do {
        _ = try ids(of: [name], in: UserMap(map))
        return nil
      } catch { return (error as? Failure)?.words }
    }
  }

  /// Their ids.
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
