import Bytes
import Glibc

@testable import Spooling

/// A file system in memory that fails or stops at the n-th call.
final class SimulatedFileSystem: FileSystem {
  enum Fault: Equatable {
    /// The call fails with this error number.
    case failure(Int32)
    /// The power is cut instead of the call. The call and all later ones fail.
    case powerCut
  }

  private let state: Mutex<SimulatedSystem>

  init(_ disk: SimulatedDisk = SimulatedDisk()) { state = Mutex(SimulatedSystem(disk: disk)) }

  /// Sets the fault of a call, by its number among all calls, from 1.
  func set(_ fault: Fault?, at call: Int) { state.withLock { $0.faults[call] = fault } }

  /// Ends the process: the next call and all later ones fail.
  func cut() { state.withLock { $0.isCut = true } }

  /// Has every call of a kind fail with this error number from now on; nil ends that.
  func fail(_ call: SystemError.Call, with number: Int32?) {
    state.withLock { $0.broken[call] = number }
  }

  /// Has only the next call of a kind fail.
  func failNext(_ call: SystemError.Call, with number: Int32) {
    state.withLock { $0.brokenOnce[call] = number }
  }

  var disk: SimulatedDisk {
    get { state.withLock { $0.disk } }
    set { state.withLock { $0.disk = newValue } }
  }

  var space: Space {
    get { state.withLock { $0.space } }
    set { state.withLock { $0.space = newValue } }
  }

  /// The calls so far.
  var calls: [SystemError.Call] { state.withLock { $0.calls } }

  var openDescriptors: Int { state.withLock { $0.openings.count } }

  /// The most descriptors that were open at the same time.
  var mostDescriptors: Int { state.withLock { $0.mostOpenings } }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    try call(.openat) { state throws(SystemError) in
      let inode = try state.inode(name, in: parent)
      if !state.disk.inodes[inode]!.isDirectory { throw SystemError(.openat, ENOTDIR) }
      return state.open(inode)
    }
  }

  func makeDirectory(
    _ name: String, in parent: Descriptor?, mode: UInt32
  ) throws(SystemError) {
    try call(.mkdirat) { state throws(SystemError) in
      try state.add(name, in: parent, mode: mode, isDirectory: true, .mkdirat)
    }
  }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    try call(.openat) { state throws(SystemError) in
      try state.add(name, in: directory, mode: mode, isDirectory: false, .openat)
      return state.open(try state.inode(name, in: directory))
    }
  }

  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    let bytes = parts.flatMap { $0 }
    try call(.writev) { state throws(SystemError) in
      state.append(bytes, to: file)
    } failing: { state in
      state.append(Array(bytes.prefix(bytes.count / 2)), to: file)
    }
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    try call(.fsync) { state throws(SystemError) in
      let opening = state.openings[descriptor]!
      state.disk.flush(opening.inode)
      try state.hear(descriptor)
    } failing: { state in
      state.disk.failFlush(state.openings[descriptor]!.inode)
      try? state.hear(descriptor)
    }
  }

  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    try call(.openat) { state throws(SystemError) in
      state.open(try state.inode(name, in: directory))
    }
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError) {
    try call(.pwrite) { state throws(SystemError) in
      state.write(bytes, at: offset, to: file)
    } failing: { state in
      state.write(Array(bytes.prefix(bytes.count / 2)), at: offset, to: file)
    }
  }

  func read(_ count: Int, at offset: Int, of file: Descriptor) throws(SystemError) -> [UInt8] {
    try call(.read) { state throws(SystemError) in
      Array(state.disk.inodes[state.openings[file]!.inode]!.content.dropFirst(offset).prefix(count))
    }
  }

  func begin(_ count: Int, at offset: Int, of file: Descriptor) {}

  func flushData(_ file: Descriptor) throws(SystemError) {
    try call(.fdatasync) { state throws(SystemError) in
      state.disk.flush(state.openings[file]!.inode)
      try state.hear(file)
    } failing: { state in
      state.disk.failFlush(state.openings[file]!.inode)
      try? state.hear(file)
    }
  }

  /// Flushes the inodes of the directory's device.
  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    try call(.syncfs) { state throws(SystemError) in
      for inode in state.inodes(besides: directory) { state.disk.flush(inode) }
      try state.hear(directory)
    } failing: { state in
      for inode in state.inodes(besides: directory) { state.disk.failFlush(inode) }
      try? state.hear(directory)
    }
  }

  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    try call(.fstatat) { state throws(SystemError) in
      state.disk.inodes[state.openings[directory]!.inode]!.names[name] != nil
    }
  }

  func close(_ descriptor: Descriptor) throws(SystemError) {
    try call(.close) { state throws(SystemError) in
      state.openings[descriptor] = nil
    } failing: { state in
      state.openings[descriptor] = nil
    }
  }

  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError) {
    try call(.renameat2) { state throws(SystemError) in
      let inode = try state.inode(name, in: from, .renameat2)
      let target = state.openings[to]!.inode
      if state.disk.inodes[target]!.names[name] != nil { throw SystemError(.renameat2, EEXIST) }
      if state.disk.inodes[target]!.device != state.disk.inodes[inode]!.device {
        throw SystemError(.renameat2, EXDEV)
      }
      state.disk.link(nil, as: name, in: state.openings[from]!.inode)
      state.disk.link(inode, as: name, in: target)
    }
  }

  func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try call(.unlinkat) { state throws(SystemError) in
      let inode = try state.inode(name, in: directory, .unlinkat)
      if state.disk.inodes[inode]!.isDirectory { throw SystemError(.unlinkat, EISDIR) }
      state.disk.link(nil, as: name, in: state.openings[directory]!.inode)
    }
  }

  func names(in directory: Descriptor) throws(SystemError) -> [String] {
    try call(.getdents) { state throws(SystemError) in
      Array(state.disk.inodes[state.openings[directory]!.inode]!.names.keys)
    }
  }

  func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    try call(.read) { state throws(SystemError) in
      let inode = try state.inode(name, in: directory)
      return Array(state.disk.inodes[inode]!.content.prefix(limit))
    }
  }

  func space(of directory: Descriptor) throws(SystemError) -> Space {
    try call(.fstatvfs) { state throws(SystemError) in state.space }
  }

  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool {
    try call(.fstatat) { state throws(SystemError) in
      state.disk.find(path) == state.openings[directory]!.inode
    }
  }

  func device(of directory: Descriptor) throws(SystemError) -> UInt64 {
    try call(.fstat) { state throws(SystemError) in
      state.disk.inodes[state.openings[directory]!.inode]!.device
    }
  }

  func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool {
    try call(.flock) { state throws(SystemError) in
      let inode = state.openings[directory]!.inode
      let others = state.openings.filter { $0.key != directory && $0.value.inode == inode }
      let isFree = others.values.allSatisfy {
        $0.lock == nil || !exclusively && $0.lock == .shared
      }
      if isFree { state.openings[directory]!.lock = exclusively ? .exclusive : .shared }
      return isFree
    }
  }

  /// Counts a call, and makes it unless it is to fail.
  private func call<Value>(
    _ name: SystemError.Call, _ body: (inout SimulatedSystem) throws(SystemError) -> Value,
    failing: (inout SimulatedSystem) -> Void = { _ in }
  ) throws(SystemError) -> Value {
    try state.withLock { (state) throws(SystemError) in
      state.calls.append(name)
      let fault = state.faults[state.calls.count]
      if fault == .powerCut { state.isCut = true }
      if state.isCut { throw SystemError(name, EIO) }
      guard let number = state.failure(of: name, fault) else { return try body(&state) }
      failing(&state)
      throw SystemError(name, number)
    }
  }
}
