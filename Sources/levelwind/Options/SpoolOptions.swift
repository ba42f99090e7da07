import Administration
import ArgumentParser
import FoundationEssentials
import Glibc
import Serving
import Spooling
import Webhooks

/// The incoming configuration on whose tasks a `task` command works.
struct SpoolOptions: ParsableArguments {
  @Argument(help: "The incoming configuration's identifier.", completion: .incoming)
  var incoming: String
  @OptionGroup var configuration: ConfigurationOptions

  /// Opens the spool. If the process is root, it becomes the spool's owner for good.
  ///
  /// - Parameter place: the result of `find`, for callers that read more of the configuration
  ///   first.
  /// - Returns: the spool.
  /// - Throws: exit code 1 if the spool can't be used.
  func open(_ place: IncomingSpool? = nil) throws -> TaskSpool {
    do {
      let spool = try TaskSpool(path: try (place ?? find()).path)
      if geteuid() == 0 { try Self.become(try spool.owner()) }
      return spool
    } catch let error as TaskSpoolError {
      throw ExitCode.because(1, Self.words(error))
    }
  }

  /// Returns the words for an error. If this user lacks a group, they name it.
  private static func words(_ error: TaskSpoolError) -> String {
    var status = stat()
    guard case .unusable(let path, let reason) = error, reason.number == EACCES,
      stat(path, &status) == 0, let user = Account(named: SystemUser.name(of: geteuid())),
      user.user != status.st_uid, !user.groups.contains(status.st_gid)
    else { return "\(error)" }
    let group = SystemUser.groupName(of: status.st_gid)
    return "\(path) is for group \(group), which user \(user.name) is not in: "
      + "\(Remedy.joinGroup(group, user.name).inline), as root, and log in again"
  }

  func find() throws -> IncomingSpool {
    let identifier = try Identifier.given(incoming)
    let place = try Self.known { () throws(IncomingSpool.Unknown) in
      try IncomingSpool(of: identifier, directory: configuration.directory)
    }
    if isMissing(place.path), isMissing("\(configuration.directory)/incoming/\(incoming).yaml") {
      // An importer's user may be able to see the spools, and not the configuration.
      let spools = try? FileManager.default.contentsOfDirectory(atPath: place.settings.spool)
      let known = Set(configuration.identifiers(in: "incoming") + (spools ?? []))
      throw ExitCode.because(
        1,
        "there is no incoming configuration \(incoming)\(NearName.hint(incoming, among: known)), "
          + "and no spool \(place.path)")
    }
    return place
  }

  /// Whether nothing is at a path, as far as this user can see.
  private func isMissing(_ path: String) -> Bool { access(path, F_OK) != 0 && errno == ENOENT }

  /// Returns a value of the configuration.
  ///
  /// - Throws: exit code 1, with what is wrong with the configuration.
  static func known<Value>(_ read: () throws(IncomingSpool.Unknown) -> Value) throws -> Value {
    do throws(IncomingSpool.Unknown) {
      return try read()
    } catch {
      throw ExitCode.because(1, error.problems.map(\.description).joined(separator: "\n"))
    }
  }

  /// Becomes the spool's owner for good, so that no file belongs to root and no command runs as
  /// root.
  static func become(_ owner: SystemUser) throws {
    guard owner.user != 0 else { return }
    do {
      try owner.become()
    } catch {
      let reason = String(cString: strerror(error.number))
      throw ExitCode.because(
        1, "can't act as the spool's owner, user \(owner.user): \(reason)")
    }
  }
}
