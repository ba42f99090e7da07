import FoundationEssentials
import Glibc

/// When files of the configuration were changed.
package enum FileTimes {
  /// Returns the moment of the last change of a file's content; nil if there isn't such a file.
  package static func changed(_ path: String) -> Date? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
  }
}
