import Glibc
import Spooling

/// Files and folders that this user may not read. A command says so, and never that they are broken
/// or missing.
public enum Access {
  /// Returns whether a file or folder exists that this user may not read.
  public static func isDenied(_ path: String) -> Bool {
    access(path, R_OK) != 0 && errno == EACCES
  }

  /// Returns the words for a path that this user may not read.
  public static func words(_ path: String) -> String {
    "user \(SystemUser.name) may not look into \(path): run this as root"
  }
}
