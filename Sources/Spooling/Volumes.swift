/// The file systems that the spools lie on.
final class Volumes: Sendable {
  private let byDevice = Mutex<[UInt64: Volume]>([:])

  func volume(of device: UInt64) -> Volume {
    byDevice.withLock { volumes in
      if let volume = volumes[device] { return volume }
      let volume = Volume(device: device)
      volumes[device] = volume
      return volume
    }
  }

  var distrusted: [Volume] {
    byDevice.withLock { volumes in volumes.values.filter { $0.distrust != nil } }
  }

  /// No spool lies there any more.
  func forget(_ volume: Volume) {
    byDevice.withLock { $0[volume.device] = nil }
  }
}
