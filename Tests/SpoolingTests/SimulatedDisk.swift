import Spooling

/// What a disk holds and what the system has cached of it, as a value: a crash makes another one.
///
/// As little as POSIX promises: content is durable after the file was flushed, a name after its
/// directory was, and nothing follows from anything else.
struct SimulatedDisk {
  /// What survives a power cut of all that was not flushed.
  enum Survival: CaseIterable {
    case nothing, everything, namesWithoutData, anything

    /// `anything` decides each name and each content by a throw of the dice.
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
    /// Changed since the last flush, whether that succeeded or not: a failed one drops what it held.
    var isDirty = false
    /// Written in place: its length is fixed, and each block of it comes to the disk by itself.
    var isInPlace = false
    var dirtyNames: Set<String> = []
    /// How many flushes have failed. Each opening hears of one once.
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

  /// What Linux does: the cache keeps its content, and thinks that it is clean.
  ///
  /// Names of directories stay to be flushed. In truth, ext4 and XFS stop at such a failure until they
  /// are mounted again, and then a directory that one sees is there, and any other is made again.
  mutating func failFlush(_ number: Int) {
    inodes[number]!.isDirty = false
    inodes[number]!.dirtyNames = inodes[number]!.dirtyNames.filter { name in
      inodes[number]!.names[name].map { inodes[$0]!.isDirectory } ?? false
    }
    inodes[number]!.failures += 1
  }

  /// Everything that it may have come to after a power cut.
  func afterPowerCuts(seeds: Range<UInt64> = 0..<8) -> [SimulatedDisk] {
    Survival.allCases.flatMap { survival in
      (survival == .anything ? seeds : 0..<1).map { afterPowerCut(survival, seed: $0) }
    }
  }

  /// The disk as it is found after a power cut.
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

  /// The inode at a path; nil if there is none.
  func find(_ path: String) -> Int? {
    var number = Self.root
    for name in path.split(separator: "/") where name != "." {
      guard let next = inodes[number]?.names[String(name)] else { return nil }
      number = next
    }
    return number
  }

  /// The content of the files in a directory, by name.
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
