import CLinux
import Glibc

/// The real thing.
public struct LinuxFileSystem: FileSystem {
  public init() {}

  public func openDirectory(
    _ name: String, in parent: Descriptor?
  ) throws(SystemError) -> Descriptor {
    let link = parent == nil ? 0 : O_NOFOLLOW
    return try call(.openat) {
      openat(parent ?? AT_FDCWD, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | link)
    }
  }

  public func makeDirectory(
    _ name: String, in parent: Descriptor?, mode: UInt32
  ) throws(SystemError) {
    try call(.mkdirat) { mkdirat(parent ?? AT_FDCWD, name, mode & 0o777) }
    let made = try openDirectory(name, in: parent)
    defer { _ = Glibc.close(made) }
    do {
      try call(.fchmod) { fchmod(made, mode) }
    } catch let error where error.number == EPERM && mode & S_ISGID != 0 {
      // systemd's RestrictSUIDSGID= refuses the setgid bit. It was inherited, or else the directory has
      // the group of this process, as its files will.
      if try status(of: made).st_mode & S_ISGID == 0 {
        try call(.fchmod) { fchmod(made, mode & 0o777) }
      }
    }
  }

  public func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = try call(.openat) { openat(directory, name, flags, mode) }
    do {
      // Mostly the umask leaves it as it should be, and a change is dearer than a look.
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

  public func openFile(
    _ name: String, in directory: Descriptor
  ) throws(SystemError) -> Descriptor {
    let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    return try call(.openat) { openat(directory, name, flags) }
  }

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

  public func read(
    _ count: Int, at offset: Int, of file: Descriptor
  ) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let (part, number) = bytes.withUnsafeMutableBytes {
        (pread(file, $0.baseAddress! + done, count - done, offset + done), errno)
      }
      if part == 0 { break }
      if part > 0 { done += part } else if number != EINTR { throw SystemError(.read, number) }
    }
    return Array(bytes[..<done])
  }

  public func begin(_ count: Int, at offset: Int, of file: Descriptor) {
    _ = linux_begin_writing(file, Int64(offset), Int64(count))
  }

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

  // Not asked again after EINTR: a flush that failed is not repeated.
  public func flush(_ descriptor: Descriptor) throws(SystemError) {
    if fsync(descriptor) != 0 { throw SystemError(.fsync, errno) }
    // An XFS that has shut itself down, as it does when its log fails, answers 0 to the flush of a
    // directory, and forgets the names. It answers this with EIO, and did so before it forgot any.
    _ = try status(of: descriptor)
  }

  public func flushData(_ file: Descriptor) throws(SystemError) {
    if fdatasync(file) != 0 { throw SystemError(.fdatasync, errno) }
    _ = try status(of: file)
  }

  public func flushFileSystem(of directory: Descriptor) throws(SystemError) {
    if linux_syncfs(directory) != 0 { throw SystemError(.syncfs, errno) }
    _ = try status(of: directory)
  }

  public func close(_ descriptor: Descriptor) throws(SystemError) {
    // On Linux, the descriptor is closed also where this is EINTR.
    if Glibc.close(descriptor) != 0, errno != EINTR { throw SystemError(.close, errno) }
  }

  public func rename(
    _ name: String, from: Descriptor, to: Descriptor
  ) throws(SystemError) {
    try call(.renameat2) { linux_rename_without_replacing(from, name, to, name) }
  }

  public func unlink(_ name: String, in directory: Descriptor) throws(SystemError) {
    try call(.unlinkat) { unlinkat(directory, name, 0) }
  }

  public func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    var status = stat()
    do {
      try call(.fstatat) { fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) }
      return true
    } catch let error where error.number == ENOENT {
      return false
    }
  }

  public func names(in directory: Descriptor) throws(SystemError) -> [String] {
    // A descriptor of its own, because the place in the list is shared by all copies of one.
    let own = try openDirectory(".", in: directory)
    guard let stream = fdopendir(own) else {
      let error = SystemError(.getdents, errno)
      _ = Glibc.close(own)
      throw error
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    if errno != 0 { throw SystemError(.getdents, errno) }
    return names
  }

  public func read(
    _ name: String, in directory: Descriptor, limit: Int
  ) throws(SystemError) -> [UInt8] {
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    let file = try call(.openat) { openat(directory, name, flags) }
    defer { _ = Glibc.close(file) }
    _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
    var bytes: [UInt8] = []
    var count = 0
    while count < limit {
      // Twice as much each time: most files are far smaller than they may be.
      if count == bytes.count {
        bytes += repeatElement(0, count: min(limit - count, max(64 << 10, count)))
      }
      let part = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress! + count, $0.count - count)
      }
      if part == 0 { break }
      if part > 0 { count += part } else if errno != EINTR { throw SystemError(.read, errno) }
    }
    return Array(bytes[..<count])
  }

  public func space(of directory: Descriptor) throws(SystemError) -> Space {
    var numbers = statvfs()
    try call(.fstatvfs) { fstatvfs(directory, &numbers) }
    return Space(
      bytes: UInt64(numbers.f_bavail) * UInt64(numbers.f_frsize),
      inodes: numbers.f_files == 0 ? nil : UInt64(numbers.f_favail),
      isReadOnly: numbers.f_flag & UInt(ST_RDONLY) != 0)
  }

  public func leads(
    _ path: String, to directory: Descriptor
  ) throws(SystemError) -> Bool {
    var found = stat()
    try call(.fstatat) { fstatat(AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) }
    let own = try status(of: directory)
    return found.st_dev == own.st_dev && found.st_ino == own.st_ino
  }

  public func device(of directory: Descriptor) throws(SystemError) -> UInt64 {
    UInt64(try status(of: directory).st_dev)
  }

  public func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool {
    do {
      try call(.flock) { flock(directory, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB) }
      return true
    } catch let error where error.number == EWOULDBLOCK {
      return false
    }
  }

  private func status(of descriptor: Descriptor) throws(SystemError) -> stat {
    var status = stat()
    try call(.fstat) { fstat(descriptor, &status) }
    return status
  }

  /// Makes a call that says -1 on failure, again if a signal came between.
  @discardableResult
  private func call(
    _ name: SystemError.Call, _ body: () -> Int32
  ) throws(SystemError) -> Int32 {
    while true {
      let result = body()
      if result != -1 { return result }
      if errno != EINTR { throw SystemError(name, errno) }
    }
  }
}
