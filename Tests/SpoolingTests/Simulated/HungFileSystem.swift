import Bytes
import Foundation
import Glibc

@testable import Spooling

/// A file system on which one spool's device can hang. Every call on a file opened in that spool
/// then waits until the hang is over. The calls are recorded by thread.
final class HungFileSystem: WrappedFileSystem {
  private struct State {
    var isHung = false
    var paths: [Descriptor: String] = [:]
    /// The descriptors of that spool, on which calls hang.
    var own: Set<Descriptor> = []
    var waiting = 0
    var threads: [String: Set<String>] = [:]
  }
  let base: any FileSystem
  private let path: String
  private let state = Mutex(State())

  /// Wraps a file system. `path` is the path of the spool.
  init(_ base: any FileSystem, at path: String) {
    self.base = base
    self.path = path
  }

  func hang() { state.withLock { $0.isHung = true } }
  func goOn() { state.withLock { $0.isHung = false } }

  /// The number of calls that wait.
  var waiting: Int { state.withLock { $0.waiting } }

  /// Returns the calls that threads of a name made.
  func calls(of thread: String) -> Set<String> { state.withLock { $0.threads[thread] ?? [] } }

  /// Has calls on this descriptor hang, too.
  func own(_ descriptor: Descriptor) { state.withLock { _ = $0.own.insert(descriptor) } }

  private func meet(_ call: String, _ descriptors: Descriptor?...) {
    let thread = threadName()
    let isOwn = state.withLock { state in
      state.threads[thread, default: []].insert(call)
      return descriptors.contains { $0.map(state.own.contains) ?? false }
    }
    if isOwn { waitWhileHung() }
  }

  private func note(_ descriptor: Descriptor, _ name: String, in parent: Descriptor?) {
    state.withLock { state in
      let path = parent.map { "\(state.paths[$0] ?? "")/\(name)" } ?? name
      state.paths[descriptor] = path
      if path == self.path || path.hasPrefix("\(self.path)/") {
        state.own.insert(descriptor)
      } else {
        state.own.remove(descriptor)
      }
    }
  }

  private func waitWhileHung() {
    guard state.withLock({ $0.isHung }) else { return }
    state.withLock { $0.waiting += 1 }
    while state.withLock({ $0.isHung }) { usleep(500) }
    state.withLock { $0.waiting -= 1 }
  }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    meet("openDirectory", parent)
    let descriptor = try base.openDirectory(name, in: parent)
    note(descriptor, name, in: parent)
    return descriptor
  }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    meet("createFile", directory)
    let descriptor = try base.createFile(name, in: directory, mode: mode)
    note(descriptor, name, in: directory)
    return descriptor
  }

  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    meet("openFile", directory)
    let descriptor = try base.openFile(name, in: directory)
    note(descriptor, name, in: directory)
    return descriptor
  }

  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    meet("write", file)
    try base.write(parts, to: file)
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    meet("flush", descriptor)
    try base.flush(descriptor)
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    meet("flushFileSystem", directory)
    try base.flushFileSystem(of: directory)
  }

  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError) {
    meet("rename", from, to)
    try base.rename(name, from: from, to: to)
  }

  func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    meet("unlink", directory)
    try base.unlink(name, in: directory)
  }

  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    meet("exists", directory)
    return try base.exists(name, in: directory)
  }

  func names(in directory: Descriptor) throws(SystemError) -> [String] {
    meet("names", directory)
    return try base.names(in: directory)
  }

  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool {
    meet("leads", directory)
    return try base.leads(path, to: directory)
  }

  func space(of directory: Descriptor) throws(SystemError) -> Space {
    meet("space", directory)
    return try base.space(of: directory)
  }

  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError) {
    meet("writeInPlace", file)
    try base.write(bytes, at: offset, to: file)
  }

  func flushData(_ file: Descriptor) throws(SystemError) {
    meet("flushData", file)
    try base.flushData(file)
  }
}

/// Returns the kernel's name of the calling thread.
private func threadName() -> String {
  var name = [UInt8](repeating: 0, count: 16)
  let file = Glibc.open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
  defer { Glibc.close(file) }
  let count = Glibc.read(file, &name, 15)
  // The name ends in a newline.
  return String(decoding: name.prefix(max(0, count - 1)), as: UTF8.self)
}

/// The flushes of the log hang with the device of its directory.
struct LogHang: WrappedFileSystem {
  let gate: HungFileSystem
  var base: any FileSystem { gate }

  init(_ gate: HungFileSystem) { self.gate = gate }

  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    try gate.openOwnFile(name, in: directory)
  }
}

extension HungFileSystem {
  /// A file whose calls hang as well.
  func openOwnFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    let descriptor = try openFile(name, in: directory)
    own(descriptor)
    return descriptor
  }
}
