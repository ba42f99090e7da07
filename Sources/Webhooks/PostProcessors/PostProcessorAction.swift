import Verification

/// The action of a post-processor on each record.
///
/// The action says what has to be done, and the module PostProcessing has the tools for it. A
/// module that receives deliveries so needs no network.
public protocol PostProcessorAction: Sendable {
  /// A description in one sentence, without any secret.
  var words: String { get }
  /// The program that it runs; nil if it doesn't run one.
  var program: RecordProgram? { get }

  /// Returns the work on the records, made with these tools.
  func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made
}

extension PostProcessorAction {
  /// nil: most actions don't run a program.
  public var program: RecordProgram? { nil }
}

/// The tools of actions, each for one sort of work on records.
public protocol RecordTools {
  /// The work that the tools make.
  associatedtype Made

  /// Returns the work that runs a program with each record on its standard input.
  func running(_ program: RecordProgram) -> Made

  /// Returns the work that sends a request for each record.
  func sending(_ requests: some OutgoingRequests) -> Made

  /// Returns the work that opens the URL in each record, as a sender's handshake asks. `hosts` has
  /// the allowed hosts by the sender's name.
  func opening(on hosts: [String: [HostPattern]]) -> Made
}

/// A program that is run for each record.
public struct RecordProgram: Sendable {
  /// The program and its arguments; never empty.
  public let command: [String]
  /// The absolute path of the folder that the program runs in.
  public let directory: String
  /// The whole environment of the program but the variables that describe the attempt.
  public let environment: [String: String]
  /// The longest run, 100 ms to 86,400 s. Then the process group is killed.
  public let timeout: Duration
}

/// Opens a URL as a sender's handshake asks.
struct OpeningAction: PostProcessorAction {
  /// The allowed hosts by the sender's name.
  let hosts: [String: [HostPattern]]

  var words: String { "Opens the URLs that confirm a subscription." }

  func work<Tools: RecordTools>(with tools: Tools) -> Tools.Made { tools.opening(on: hosts) }
}
