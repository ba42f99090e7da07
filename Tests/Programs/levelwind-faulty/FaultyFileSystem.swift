import Bytes
import Spooling

/// The real file system, with faults.
final class FaultyFileSystem: FileSystem {
  private struct Opening {
    var number = 0
    var path = "-"
    var isDirectory = true
    var name: String { path.split(separator: "/").last.map(String.init) ?? "-" }
  }
  private struct State {
    var openings: [Descriptor: Opening] = [:]
    var last = 0
  }
  private let state = Mutex(State())
  private let base = LinuxFileSystem()
  private let faults: Faults
  private let record: CallRecord?

  init(faults: Faults, record: CallRecord?) {
    self.faults = faults
    self.record = record
  }

  func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let opening = named(name, in: parent)
    let directory = try make(.openDirectory, opening) { () throws(SystemError) in
      try base.openDirectory(name, in: parent)
    }
    return note(opening, as: directory)
  }

  func makeDirectory(
    _ name: String, in parent: Descriptor?, mode: UInt32
  ) throws(SystemError) {
    try make(.makeDirectory, named(name, in: parent)) { () throws(SystemError) in
      try base.makeDirectory(name, in: parent, mode: mode)
    }
  }

  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    let opening = named(name, in: directory, isDirectory: false)
    let file = try make(.create, opening) { () throws(SystemError) in
      try base.createFile(name, in: directory, mode: mode)
    }
    return note(opening, as: file)
  }

  /// Writes the parts. A write that fails has written half.
  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    do {
      try make(.write, opening(file)) { () throws(SystemError) in
        try base.write(parts, to: file)
      }
    } catch {
      let bytes = parts.flatMap { $0 }
      try? base.write([Array(bytes.prefix(bytes.count / 2))], to: file)
      throw error
    }
  }

  func flush(_ descriptor: Descriptor) throws(SystemError) {
    let opening = opening(descriptor)
    let call: Call = opening.isDirectory ? .flushDirectory : .flushFile
    try make(call, opening) { () throws(SystemError) in try base.flush(descriptor) }
  }

  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor {
    let opening = named(name, in: directory, isDirectory: false)
    let file = try make(.openFile, opening) { () throws(SystemError) in
      try base.openFile(name, in: directory)
    }
    return note(opening, as: file)
  }

  /// Writes the bytes. A write that fails has written half.
  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError) {
    do {
      try make(.writeLog, opening(file)) { () throws(SystemError) in
        try base.write(bytes, at: offset, to: file)
      }
    } catch {
      try? base.write(Array(bytes.prefix(bytes.count / 2)), at: offset, to: file)
      throw error
    }
  }

  func read(_ count: Int, at offset: Int, of file: Descriptor) throws(SystemError) -> [UInt8] {
    try make(.read, opening(file)) { () throws(SystemError) in
      try base.read(count, at: offset, of: file)
    }
  }

  func begin(_ count: Int, at offset: Int, of file: Descriptor) {
    // This begins a flush. Where flushes are dropped, the device hears of neither.
    if !faults.drop(.flushLog, on: opening(file).path) { base.begin(count, at: offset, of: file) }
  }

  func flushData(_ file: Descriptor) throws(SystemError) {
    try make(.flushLog, opening(file)) { () throws(SystemError) in try base.flushData(file) }
  }

  func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    try make(.flushFileSystem, opening(directory)) { () throws(SystemError) in
      try base.flushFileSystem(of: directory)
    }
  }

  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    try make(.exists, named(name, in: directory)) { () throws(SystemError) in
      try base.exists(name, in: directory)
    }
  }

  func close(_ descriptor: Descriptor) throws(SystemError) {
    // The opening is forgotten before the close, since another thread may get its number at once.
    let opening = state.withLock { $0.openings.removeValue(forKey: descriptor) } ?? Opening()
    do {
      let call: Call = opening.isDirectory ? .closeDirectory : .closeFile
      try make(call, opening) { () throws(SystemError) in }
    } catch {
      try? base.close(descriptor)
      throw error
    }
    try base.close(descriptor)
  }

  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError) {
    try make(.rename, named(name, in: from)) { () throws(SystemError) in
      try base.rename(name, from: from, to: to)
    }
  }

  func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try make(.unlink, named(name, in: directory)) { () throws(SystemError) in
      try base.unlink(name, in: directory)
    }
  }

  func names(in directory: Descriptor) throws(SystemError) -> [String] {
    try make(.names, opening(directory)) { () throws(SystemError) in
      try base.names(in: directory)
    }
  }

  func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    try make(.read, named(name, in: directory)) { () throws(SystemError) in
      try base.read(name, in: directory, limit: limit)
    }
  }

  func space(of directory: Descriptor) throws(SystemError) -> Space {
    try make(.space, opening(directory)) { () throws(SystemError) in
      try base.space(of: directory)
    }
  }

  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool {
    try make(.leads, opening(directory)) { () throws(SystemError) in
      try base.leads(path, to: directory)
    }
  }

  func device(of directory: Descriptor) throws(SystemError) -> UInt64 {
    try make(.device, opening(directory)) { () throws(SystemError) in
      try base.device(of: directory)
    }
  }

  func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool {
    try make(.lock, opening(directory)) { () throws(SystemError) in
      try base.lock(directory, exclusively: exclusively)
    }
  }

  /// Makes a call, or has it fail.
  private func make<Result>(
    _ call: Call, _ opening: Opening, _ body: () throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    do {
      let isMade = try faults.meet(call, on: opening.path)
      if !isMade, let nothing = () as? Result {
        record?.note(call, opening.number, opening.name, "dropped")
        return nothing
      }
      let result = try body()
      record?.note(call, opening.number, opening.name, "done")
      return result
    } catch {
      record?.note(call, opening.number, opening.name, "failed")
      throw error
    }
  }

  /// Describes the target of a name in a directory, which is not open.
  private func named(
    _ name: String, in directory: Descriptor?, isDirectory: Bool = true
  ) -> Opening {
    let path = directory.map { "\(opening($0).path)/\(name)" } ?? name
    return Opening(path: path, isDirectory: isDirectory)
  }

  private func opening(_ descriptor: Descriptor) -> Opening {
    state.withLock { $0.openings[descriptor] } ?? Opening()
  }

  private func note(_ opening: Opening, as descriptor: Descriptor) -> Descriptor {
    state.withLock { state in
      state.last += 1
      var opening = opening
      opening.number = state.last
      state.openings[descriptor] = opening
    }
    return descriptor
  }
}
