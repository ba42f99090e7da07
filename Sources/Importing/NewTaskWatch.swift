import Glibc

/// Notices files that appear in `new/`. It may miss some: a drain also looks now and then.
final class NewTaskWatch: Sendable {
  /// Readable when there are events to `clear`; -1 if the system has no watches left.
  let descriptor: Int32

  init(_ path: String) {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    let events = UInt32(IN_MOVED_TO) | UInt32(IN_CREATE) | UInt32(IN_CLOSE_WRITE)
    if descriptor >= 0, inotify_add_watch(descriptor, path, events) < 0 {
      close(descriptor)
      self.descriptor = -1
    } else {
      self.descriptor = descriptor
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Discards the events. Their number doesn't matter, since the directory is listed anyway.
  func clear() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while read(descriptor, &buffer, buffer.count) > 0 {}
  }
}
