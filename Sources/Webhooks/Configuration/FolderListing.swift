import Foundation

/// The names in a folder.
enum FolderListing {
  /// In order of their bytes, without `.` and `..`; what is not UTF-8 in a name is replaced.
  ///
  /// - Throws: `missing`, or `unreadable`; never a part of the names.
  static func names(in folder: String) throws(BoundedFile.Failure) -> [String] {
    guard let stream = opendir(folder) else {
      throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw .unreadable(String(cString: strerror(errno))) }
    return names.sorted()
  }
}
