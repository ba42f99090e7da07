/// An open file or directory.
public typealias Descriptor = Int32

/// The calls that the commit, the sweep and the probe make on files.
///
/// Each is one call of the system, so that a test can fail or stop at any of them. Names are taken
/// within an open directory. A link as their last component is never followed.
public protocol FileSystem: Sendable {
  /// Opens a directory for reading and flushing. `parent` is nil for a path from the configuration.
  /// The administrator answers for links in such a path.
  func openDirectory(_ name: String, in parent: Descriptor?) throws(SystemError) -> Descriptor

  /// Makes a directory with exactly this mode, whatever the umask is. It isn't flushed.
  func makeDirectory(_ name: String, in parent: Descriptor?, mode: UInt32) throws(SystemError)

  /// Creates a file for writing, with exactly this mode, whatever the umask is. The name must be
  /// free.
  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor

  /// Writes all parts, one after the other.
  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError)

  /// Opens an existing file for reading and writing in place.
  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor

  /// Writes bytes in place, from an offset in bytes.
  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError)

  /// Reads `count` bytes from an offset in bytes; fewer only at the end of the file.
  func read(_ count: Int, at offset: Int, of file: Descriptor) throws(SystemError) -> [UInt8]

  /// Asks the kernel to start writing these bytes to the device, and returns at once. It reports no
  /// error: the next flush of the file does.
  func begin(_ count: Int, at offset: Int, of file: Descriptor)

  /// Returns when the content of the file, or the names in the directory, are on the device.
  func flush(_ descriptor: Descriptor) throws(SystemError)

  /// Returns when bytes that were written in place are on the device. The file must have had its
  /// length before.
  func flushData(_ file: Descriptor) throws(SystemError)

  /// Returns when everything that was written to the file system of a directory is on the device.
  ///
  /// It reports each failure to write back since the directory was opened.
  func flushFileSystem(of directory: Descriptor) throws(SystemError)

  /// Closes a descriptor. It is closed even if this throws.
  func close(_ descriptor: Descriptor) throws(SystemError)

  /// Moves a file from one directory into another, under the same name. The name must be free
  /// there, or this throws EEXIST.
  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError)

  /// Removes a name that isn't a directory's.
  func unlink(_ name: String, in directory: Descriptor) throws(SystemError)

  /// Whether a name is in the directory; a link that leads nowhere counts.
  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool

  /// Returns the names in a directory except `.` and `..`, in any order.
  func names(in directory: Descriptor) throws(SystemError) -> [String]

  /// Reads at most the first `limit` bytes of a file, from the device if the system drops them from
  /// its cache.
  func read(_ name: String, in directory: Descriptor, limit: Int) throws(SystemError) -> [UInt8]

  /// Returns what is free on the file system that a directory lies on.
  func space(of directory: Descriptor) throws(SystemError) -> Space

  /// Whether a path from the configuration leads to this directory. It doesn't if another directory
  /// has taken its place, if a file system was mounted over it or unmounted, or if the path ends in
  /// a link.
  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool

  /// Returns the device number of the file system that a directory lies on.
  func device(of directory: Descriptor) throws(SystemError) -> UInt64

  /// Locks a directory until its descriptor is closed, or changes the lock that the descriptor
  /// holds. Never waits.
  ///
  /// - Returns: false if another process's lock is in the way.
  func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool
}
