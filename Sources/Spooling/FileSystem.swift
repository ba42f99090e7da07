/// An open file or directory.
public typealias Descriptor = Int32

/// Every call that the commit, the sweep and the probe make on files.
///
/// One at a time, each as the system has it, so that a test can fail or stop at any of them. Names are
/// taken within an open directory, and their last component is never followed if it is a link.
public protocol FileSystem: Sendable {
  /// Opens a directory for reading and flushing.
  ///
  /// - Parameter parent: nil for a path from outside, whose links the administrator answers for.
  func openDirectory(_ name: String, in parent: Descriptor?) throws(SystemError) -> Descriptor

  /// Makes a directory with exactly this mode, whatever the umask. It is not flushed.
  func makeDirectory(_ name: String, in parent: Descriptor?, mode: UInt32) throws(SystemError)

  /// Creates a file that must not exist, with exactly this mode, whatever the umask, for writing.
  func createFile(
    _ name: String, in directory: Descriptor, mode: UInt32
  ) throws(SystemError) -> Descriptor

  /// Writes all the parts, one behind the other.
  func write(_ parts: [[UInt8]], to file: Descriptor) throws(SystemError)

  /// Opens a file that is there, for reading and writing in place.
  func openFile(_ name: String, in directory: Descriptor) throws(SystemError) -> Descriptor

  /// Writes bytes in place, from an offset in bytes.
  func write(_ bytes: [UInt8], at offset: Int, to file: Descriptor) throws(SystemError)

  /// Up to `count` bytes from an offset in bytes; fewer at the end of the file alone.
  func read(_ count: Int, at offset: Int, of file: Descriptor) throws(SystemError) -> [UInt8]

  /// Has the device begin with bytes that were written in place, and does not wait for it. Nothing follows
  /// from it: what is wrong with them, the flush after it says.
  func begin(_ count: Int, at offset: Int, of file: Descriptor)

  /// Returns when the content of the file, or the names in the directory, are on the device.
  func flush(_ descriptor: Descriptor) throws(SystemError)

  /// Returns when the bytes that were written in place are on the device. The file had its length before.
  func flushData(_ file: Descriptor) throws(SystemError)

  /// Returns when all that was written to the file system of a directory is on the device.
  ///
  /// It hears of each failure to write back since the directory was opened.
  func flushFileSystem(of directory: Descriptor) throws(SystemError)

  /// The descriptor is gone afterwards, also when this throws.
  func close(_ descriptor: Descriptor) throws(SystemError)

  /// Moves a file from one directory into another under its name, which must be free there (EEXIST).
  func rename(_ name: String, from: Descriptor, to: Descriptor) throws(SystemError)

  /// Removes a name that is no directory.
  func unlink(_ name: String, in directory: Descriptor) throws(SystemError)

  /// Whether there is such a name; a link that leads nowhere is one.
  func exists(_ name: String, in directory: Descriptor) throws(SystemError) -> Bool

  /// The names in a directory but `.` and `..`, in no order.
  func names(in directory: Descriptor) throws(SystemError) -> [String]

  /// Up to `limit` first bytes of a file, from the device where the system lets go of its cache.
  func read(_ name: String, in directory: Descriptor, limit: Int) throws(SystemError) -> [UInt8]

  /// What is left of the file system that a directory lies on.
  func space(of directory: Descriptor) throws(SystemError) -> Space

  /// Whether a path from outside leads to this directory: another may have taken its place, or a file system
  /// may have been mounted over it or unmounted. A link at its end leads elsewhere.
  func leads(_ path: String, to directory: Descriptor) throws(SystemError) -> Bool

  /// The number of the file system that a directory lies on.
  func device(of directory: Descriptor) throws(SystemError) -> UInt64

  /// Locks a directory until its descriptor is closed, or changes the lock it has; never waits.
  ///
  /// - Returns: false if somebody else's lock is in the way.
  func lock(_ directory: Descriptor, exclusively: Bool) throws(SystemError) -> Bool
}
