import Glibc

@testable import Spooling

/// A disk with the rest of the system: open files, locks, and the calls that are to fail.
struct SimulatedSystem {
  struct Opening {
    let inode: Int
    /// The number of failed flushes that this opening was told of.
    var heard: Int
    var lock: Lock?
  }
  enum Lock { case shared, exclusive }

  var disk: SimulatedDisk
  var openings: [Descriptor: Opening] = [:]
  var last: Descriptor = 2
  var calls: [SystemError.Call] = []
  var faults: [Int: SimulatedFileSystem.Fault] = [:]
  var broken: [SystemError.Call: Int32] = [:]
  var brokenOnce: [SystemError.Call: Int32] = [:]
  var mostOpenings = 0
  var isCut = false
  var space = Space(bytes: 1 << 40, inodes: 1 << 20)

  init(disk: SimulatedDisk) { self.disk = disk }

  /// Returns the error number of a call that is to fail; nil for a call that succeeds.
  mutating func failure(
    of call: SystemError.Call, _ fault: SimulatedFileSystem.Fault?
  ) -> Int32? {
    if case .failure(let number) = fault { return number }
    return brokenOnce.removeValue(forKey: call) ?? broken[call]
  }

  func inode(
    _ name: String, in parent: Descriptor?, _ call: SystemError.Call = .openat
  ) throws(SystemError) -> Int {
    let found: Int?
    if let parent {
      let directory = openings[parent]!.inode
      switch name {
      case ".": found = directory
      case "..": found = disk.inodes.first { $0.value.names.values.contains(directory) }?.key
      default: found = disk.inodes[directory]!.names[name]
      }
    } else {
      found = disk.find(name)
    }
    guard let found else { throw SystemError(call, ENOENT) }
    return found
  }

  mutating func open(_ inode: Int) -> Descriptor {
    last += 1
    openings[last] = Opening(inode: inode, heard: disk.inodes[inode]!.failures)
    mostOpenings = max(mostOpenings, openings.count)
    return last
  }

  /// Makes a file or directory. A path from outside is a name in the root directory.
  mutating func add(
    _ name: String, in parent: Descriptor?, mode: UInt32, isDirectory: Bool,
    _ call: SystemError.Call
  ) throws(SystemError) {
    let directory = parent.map { openings[$0]!.inode } ?? SimulatedDisk.root
    let name = parent == nil ? String(name.dropFirst()) : name
    if disk.inodes[directory]!.names[name] != nil { throw SystemError(call, EEXIST) }
    let device = disk.inodes[directory]!.device
    disk.add(.init(device: device, mode: mode, isDirectory: isDirectory), as: name, in: directory)
  }

  mutating func append(_ bytes: [UInt8], to file: Descriptor) {
    disk.inodes[openings[file]!.inode]!.content += bytes
    disk.inodes[openings[file]!.inode]!.isDirty = true
  }

  mutating func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) {
    let inode = openings[file]!.inode
    let missing = offset + bytes.count - disk.inodes[inode]!.content.count
    disk.inodes[inode]!.content += repeatElement(0, count: max(0, missing))
    disk.inodes[inode]!.content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    disk.inodes[inode]!.isDirty = true
    disk.inodes[inode]!.isInPlace = true
  }

  /// Returns all inodes on the file system of a directory.
  func inodes(besides directory: Descriptor) -> [Int] {
    let device = disk.inodes[openings[directory]!.inode]!.device
    return disk.inodes.filter { $0.value.device == device }.keys.sorted()
  }

  /// Throws if a flush has failed since this opening was last told. Each opening is told once.
  mutating func hear(_ descriptor: Descriptor) throws(SystemError) {
    let failures = disk.inodes[openings[descriptor]!.inode]!.failures
    if openings[descriptor]!.heard == failures { return }
    openings[descriptor]!.heard = failures
    throw SystemError(.fsync, EIO)
  }
}
