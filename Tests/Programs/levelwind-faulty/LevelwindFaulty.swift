import ArgumentParser
import Glibc
import Serving
import Spooling

/// `levelwind serve` over a file system that fails, lies or delays, as it is told.
@main
struct LevelwindFaulty: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "levelwind-faulty",
    abstract: "Runs the responder over a file system with faults, to test and to measure it.",
    discussion: """
      A fault is one of
        drop CALLS               the call is said to be made, and is not (flushes only)
        delay CALLS MILLISECONDS the call is made that much later
        hold CALLS FIFO          the first call waits until the FIFO was opened for writing and closed
        fail CALLS K ERRNO       the K-th call fails: ENOSPC, EIO, EMFILE or a number
        fail CALLS K+ ERRNO      the K-th call and all that follow fail
      CALLS is open-directory, open-file, make-directory, create, write, log-write, flush-file,
      flush-directory, flush-log, flush-file-system, close-file, close-directory, rename, unlink,
      exists, names, read, space, device or lock; the beginning of these, such as flush; or any.
      CALLS@PLACE are those on a path that has PLACE in it, such as flush@spool/audit.
      """)

  @Option(help: ArgumentHelp("The configuration directory.", valueName: "dir"))
  var config: String
  @Option(help: ArgumentHelp("The FastCGI socket to make.", valueName: "path"))
  var socket = ""
  @Option(help: ArgumentHelp("A fault from the start to the end.", valueName: "fault"))
  var fault: [Fault] = []
  @Option(
    help: ArgumentHelp(
      "A file with a fault that holds for as long as the file is there; a single failure removes it.",
      valueName: "file"))
  var orders: String?
  @Option(help: ArgumentHelp("Takes a line for each call.", valueName: "file"))
  var record: String?
  @Flag(help: "No commit goes through the write-ahead log: each flushes its files and directories.")
  var plain = false
  @Option(help: ArgumentHelp("How long a file of the log is, from 64 KiB.", valueName: "bytes"))
  var segmentBytes: Int?
  @Option(help: ArgumentHelp("How many files the log has at most.", valueName: "count"))
  var segments = 6
  @Flag(help: "No flush is made, and nothing is counted: what Tests/Tools/bench measures by.")
  var withoutFlushes = false

  func run() throws {
    var signals = Signals()
    let responder = try Responder(
      configuration: config, socket: socket, fileSystem: try fileSystem(),
      largestLogged: plain ? 0 : nil,
      logSize: segmentBytes.map { WALSize(segmentBytes: $0, segments: segments) })
    while signals.next() == SIGHUP { responder.reload() }
    responder.stop()
  }

  /// Returns the real file system if no fault or record is asked for, since Tests/Tools/bench
  /// measures it.
  private func fileSystem() throws -> any FileSystem {
    if withoutFlushes { return WithoutFlushes() }
    if fault.isEmpty, orders == nil, record == nil { return LinuxFileSystem() }
    return FaultyFileSystem(
      faults: Faults(fault, orders: orders), record: try record.map { try CallRecord(path: $0) })
  }
}

extension Fault: ExpressibleByArgument {}
