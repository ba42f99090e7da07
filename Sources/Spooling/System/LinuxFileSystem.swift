import CLinux
import Glibc

/// The calls of Linux.
public struct LinuxFileSystem: FileSystem {
  /// Creates the calls, which have no state.
  public init() {}

  /// Opens a directory. Links are followed only without a parent.
  public func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let link = parent == nil ? 0 : O_NOFOLLOW
    return try call(.openat) {
      openat(parent ?? AT_FDCWD, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | link)
    }
  }

  /// Makes a directory. If the sandbox refuses the setgid bit, the inherited one stays as it is.
  public func makeDirectory(
    _ name: String, in parent: Descriptor?, mode: UInt32
  ) throws(SystemError) {
    try call(.mkdirat) { mkdirat(parent ?? AT_FDCWD, name, mode & 0o777) }
    let made = try openDirectory(name, in: parent)
    defer { _ = Glibc.close(made) }
    do {
      try call(.fchmod) { fchmod(made, mode) }
    } catch let error where error.number == EPERM && mode & S_ISGID != 0 {
      // systemd's RestrictSUIDSGID= refuses the setgid bit. The directory may have inherited the
      // bit. If it has not, its group is the one of this process, as its files' group will be.
      if try status(of: made).st_mode & S_ISGID == 0 {
        try call(.fchmod) { fchmod(made, mode & 0o777) }
      }
    }
  }

  /// Makes a directory at a path, and those above it that are missing, with this mode. What is
  /// there stays as it is.
  public func makePath(_ path: String, mode: UInt32) throws(SystemError) {
    guard access(path, F_OK) != 0 else { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makePath(String(path[..<slash]), mode: mode)
    }
    do throws(SystemError) {
      try makeDirectory(path, in: nil, mode: mode)
    } catch {
      // Another process may have made it in between.
      if error.number != EEXIST { throw error }
    }
  }

  /// Creates a file with its mode. If that fails, no file stays behind.
  public func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = try call(.openat) { openat(directory, name, flags, mode) }
    do {
      // The umask usually leaves the right mode, and fstat is cheaper than fchmod.
      if try status(of: file).st_mode & 0o7777 != mode {
        try call(.fchmod) { fchmod(file, mode) }
      }
    } catch {
      _ = Glibc.close(file)
      _ = unlinkat(directory, name, 0)
      throw error
    }
    return file
  }

  /// Opens an existing file. It doesn't wait if the name is a FIFO's.
  public func openFile(
    _ name: String, in directory: Descriptor
  ) throws(SystemError) -> Descriptor {
    let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    return try call(.openat) { openat(directory, name, flags) }
  }

  /// Writes bytes in place. A write of 0 bytes counts as EIO.
  public func write(
    _ bytes: [UInt8], at offset: Int, to file: Descriptor
  ) throws(SystemError) {
    var count = 0
    while count < bytes.count {
      let (written, number) = bytes.withUnsafeBytes {
        (pwrite(file, $0.baseAddress! + count, $0.count - count, offset + count), errno)
      }
      if written > 0 {
        count += written
      } else if written == 0 || number != EINTR {
        throw SystemError(.pwrite, written == 0 ? EIO : number)
      }
    }
  }

  /// Reads bytes from an offset.
  public func read(
    _ count: Int, at offset: Int, of file: Descriptor
  ) throws(SystemError) -> [UInt8] {
    var number: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let part = pread(file, buffer.baseAddress! + done, count - done, offset + done)
        if part == 0 { break }
        if part > 0 {
          done += part
        } else if errno != EINTR {
          number = errno
          break
        }
      }
    }
    if number != 0 { throw SystemError(.read, number) }
    return bytes
  }

  /// Starts writing with sync_file_range(2), and ignores its error.
  public func begin(_ count: Int, at offset: Int, of file: Descriptor) {
    _ = linux_begin_writing(file, Int64(offset), Int64(count))
  }

  /// Writes all parts. A write of 0 bytes counts as EIO.
  public func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError) {
    var rest = UnwrittenBytes(parts)
    while !rest.isEmpty {
      let (written, number) = rest.withVectors {
        (writev(file, $0.baseAddress, Int32($0.count)), errno)
      }
      if written > 0 {
        rest.drop(written)
      } else if written == 0 || number != EINTR {
        throw SystemError(.writev, written == 0 ? EIO : number)
      }
    }
  }

  /// Flushes once. The call isn't repeated after EINTR, because a failed flush must not be
  /// repeated.
  public func flush(_ descriptor: Descriptor) throws(SystemError) {
    if fsync(descriptor) != 0 { throw SystemError(.fsync, errno) }
    // An XFS that has shut itself down, as it does when its log fails, answers 0 to the flush of a
    // directory, and forgets the names. It answers fstat with EIO, and has done so since before it
    // forgot any name.
    _ = try status(of: descriptor)
  }

  /// Flushes the data of a file once, and asks for the file's status as `flush` does.
  public func flushData(_ file: Descriptor) throws(SystemError) {
    if fdatasync(file) != 0 { throw SystemError(.fdatasync, errno) }
    _ = try status(of: file)
  }

  /// Flushes a whole file system once, and asks for the directory's status as `flush` does.
  public func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    if linux_syncfs(directory) != 0 { throw SystemError(.syncfs, errno) }
    _ = try status(of: directory)
  }

  /// Closes a descriptor.
  public func close(_ descriptor: Descriptor) throws(SystemError) {
    // On Linux, the descriptor is closed even if this is EINTR.
    if Glibc.close(descriptor) != 0, errno != EINTR { throw SystemError(.close, errno) }
  }

  /// Moves a file with renameat2(2), which doesn't replace.
  public func rename(
    _ name: String, from: Descriptor, to: Descriptor
  ) throws(SystemError) {
    try call(.renameat2) { linux_rename_without_replacing(from, name, to, name) }
  }

  /// Removes a name.
  public func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try call(.unlinkat) { unlinkat(directory, name, 0) }
  }

  func status(of descriptor: Descriptor) throws(SystemError) -> stat {
    var status = stat()
    try call(.fstat) { fstat(descriptor, &status) }
    return status
  }

  /// Makes a call that returns -1 on failure, and repeats it after EINTR.
  @discardableResult
  func call(
    _ name: SystemError.Call, _ body: () -> Int32
  ) throws(SystemError) -> Int32 {
    while true {
      let result = body()
      if result != -1 { return result }
      if errno != EINTR { throw SystemError(name, errno) }
    }
  }
}
