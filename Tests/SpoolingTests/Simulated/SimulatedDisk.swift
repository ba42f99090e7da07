import Spooling

/// The content of a disk and of the system's cache, as a value. A crash makes another value.
///
/// The disk keeps as little as POSIX promises. Content is durable after a flush of its file, a name
/// after a flush of its directory, and nothing else is implied.
struct SimulatedDisk {
  /// The part of the unflushed data that survives a power cut.
  enum Survival: CaseIterable {
    case nothing, everything, namesWithoutData, anything

    /// Whether a name or a content survives. For `anything` each is decided at random.
    func keeps(_ dice: inout SplitMix) -> Bool {
      switch self {
      case .nothing: false
      case .everything: true
      case .namesWithoutData: true
      case .anything: Bool.random(using: &dice)
      }
    }
  }

  struct Inode {
    var device: UInt64
    var mode: UInt32
    var isDirectory: Bool
    var content: [UInt8] = []
    var durable: [UInt8] = []
    var names: [String: Int] = [:]
    var durableNames: [String: Int] = [:]
    /// Whether the content changed since the last flush. A failed flush counts, since it drops the
    /// changes.
    var isDirty = false
    /// Whether the file is written in place. Its length is fixed, and each block reaches the disk
    /// by itself.
    var isInPlace = false
    var dirtyNames: Set<String> = []
    /// The number of failed flushes. Each opening is told of one once.
    var failures = 0
  }

  static let root = 0
  var inodes: [Int: Inode] = [
    root: Inode(device: 1, mode: 0o755, isDirectory: true)
  ]
  private var last = 0

  mutating func add(_ inode: Inode, as name: String, in directory: Int) {
    last += 1
    inodes[last] = inode
    link(last, as: name, in: directory)
  }

  mutating func link(_ inode: Int?, as name: String, in directory: Int) {
    inodes[directory]!.names[name] = inode
    inodes[directory]!.dirtyNames.insert(name)
  }

  mutating func flush(_ number: Int) {
    var inode = inodes[number]!
    if inode.isDirty { inode.durable = inode.content }
    for name in inode.dirtyNames { inode.durableNames[name] = inode.names[name] }
    inode.isDirty = false
    inode.dirtyNames = []
    inodes[number] = inode
  }

  /// Fails a flush as Linux does: the cache keeps its content, and takes it for clean.
  ///
  /// Names of directories stay to be flushed. In truth, ext4 and XFS stop at such a failure until
  /// they are mounted again. A directory that is visible then exists, and any other is made again.
  mutating func failFlush(_ number: Int) {
    inodes[number]!.isDirty = false
    inodes[number]!.dirtyNames = inodes[number]!.dirtyNames.filter { name in
      inodes[number]!.names[name].map { inodes[$0]!.isDirectory } ?? false
    }
    inodes[number]!.failures += 1
  }

  /// Returns all disks that a power cut may leave.
  func afterPowerCuts(seeds: Range<UInt64> = 0..<8) -> [SimulatedDisk] {
    Survival.allCases.flatMap { survival in
      (survival == .anything ? seeds : 0..<1).map { afterPowerCut(survival, seed: $0) }
    }
  }

  /// Returns the disk that a power cut leaves.
  func afterPowerCut(_ survival: Survival, seed: UInt64) -> SimulatedDisk {
    var dice = SplitMix(state: seed)
    var disk = self
    for number in inodes.keys.sorted() {
      var inode = inodes[number]!
      for name in Set(inode.names.keys).union(inode.durableNames.keys).sorted()
      where inode.names[name] != inode.durableNames[name] && survival.keeps(&dice) {
        inode.durableNames[name] = inode.names[name]
      }
      inode.names = inode.durableNames
      if inode.content != inode.durable { inode.durable = inode.survivor(survival, &dice) }
      inode.content = inode.durable
      inode.isDirty = false
      inode.dirtyNames = []
      disk.inodes[number] = inode
    }
    return disk
  }

  /// Returns the inode at a path; nil if the path doesn't exist.
  func find(_ path: String) -> Int? {
    var number = Self.root
    for name in path.split(separator: "/") where name != "." {
      guard let next = inodes[number]?.names[String(name)] else { return nil }
      number = next
    }
    return number
  }

  /// Returns the content of the files in a directory, by name.
  func files(_ path: String) -> [String: [UInt8]] {
    guard let number = find(path), let names = inodes[number]?.names else { return [:] }
    return names.compactMapValues { inodes[$0]?.content }
  }
}

extension SimulatedDisk.Inode {
  fileprivate func survivor(
    _ survival: SimulatedDisk.Survival, _ dice: inout SplitMix
  ) -> [UInt8] {
    switch survival {
    case .nothing, .namesWithoutData: return durable
    case .everything: return content
    case .anything where isInPlace && durable.count == content.count:
      return stride(from: 0, to: content.count, by: 4096).flatMap { start in
        let version = Bool.random(using: &dice) ? content : durable
        return version[start..<min(start + 4096, content.count)]
      }
    case .anything:
      let zeros = [UInt8](repeating: 0, count: content.count)
      let half = Array(content.prefix(content.count / 2))
      return [durable, content, zeros, half].randomElement(using: &dice)!
    }
  }
}

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
