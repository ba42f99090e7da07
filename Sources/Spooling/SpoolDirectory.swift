/// The directories of a spool, and the modes that `prepare` and `serve` give them.
public enum SpoolDirectory: String, Sendable, CaseIterable {
  /// Being written: the responder's alone.
  case tmp
  /// Whole tasks, in order of arrival.
  case new
  /// Claimed by an importer.
  case cur
  /// Deferred, `<name>.retry` beside each.
  case retry
  /// Given up, `<name>.reason` beside each.
  case failed
  /// Kept for a while, if asked.
  case done

  /// Setgid, so that all that is made within has the group of the spool.
  public var mode: UInt32 { self == .tmp ? 0o2700 : 0o2770 }

  /// The mode of the directory that these lie in.
  public static let spoolMode: UInt32 = 0o2750

  /// The mode of the directory that all the spools lie in: anyone may pass, nobody may look.
  public static let rootMode: UInt32 = 0o711
}
