import CLinux
import Glibc

/// Looking at what is there.
extension LinuxFileSystem {
  /// Whether a name is in the directory.
  public func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool {
    var status = stat()
    do {
      try call(.fstatat) { fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) }
      return true
    } catch let error where error.number == ENOENT {
      return false
    }
  }

  /// Returns the names in a directory.
  public func names(in directory: Descriptor) throws(SystemError) -> [String] {
    // All copies of a descriptor share the position in the list of names, so this one is opened
    // anew.
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

  /// Reads a file after its clean pages were dropped from the cache. It doesn't wait for a FIFO.
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
      // The buffer doubles each time: most files are far smaller than `limit`.
      if count == bytes.count {
        bytes += [UInt8](repeating: 0, count: min(limit - count, max(64 << 10, count)))
      }
      let part = bytes.withUnsafeMutableBytes {
        Glibc.read(file, $0.baseAddress! + count, $0.count - count)
      }
      if part == 0 { break }
      if part > 0 { count += part } else if errno != EINTR { throw SystemError(.read, errno) }
    }
    return Array(bytes[..<count])
  }

  /// Returns what is free for users other than root.
  public func space(of directory: Descriptor) throws(SystemError) -> Space {
    var numbers = statvfs()
    try call(.fstatvfs) { fstatvfs(directory, &numbers) }
    return Space(
      bytes: UInt64(numbers.f_bavail) * UInt64(numbers.f_frsize),
      inodes: numbers.f_files == 0 ? nil : UInt64(numbers.f_favail),
      isReadOnly: numbers.f_flag & UInt(ST_RDONLY) != 0)
  }

  /// Whether a path leads to this directory, by device and inode.
  public func leads(
    _ path: String, to directory: Descriptor
  ) throws(SystemError) -> Bool {
    var found = stat()
    try call(.fstatat) { fstatat(AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) }
    let own = try status(of: directory)
    return found.st_dev == own.st_dev && found.st_ino == own.st_ino
  }

  /// Returns `st_dev` of a directory.
  public func device(of directory: Descriptor) throws(SystemError) -> UInt64 {
    UInt64(try status(of: directory).st_dev)
  }

  /// Locks a directory with flock(2), without waiting.
  public func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool {
    do {
      try call(.flock) { flock(directory, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB) }
      return true
    } catch let error where error.number == EWOULDBLOCK {
      return false
    }
  }
}
