import Testing

@testable import Harness

/// The fault suite: faults, and the promises that hold all the same. Its tests run one at a time,
/// since promises of time are among them, and beside those of `Kills`.
@Suite(.serialized, .showingLogs) struct Faults {}

/// The part of the fault suite that makes no promise of time: kills, power cuts, and failures of
/// each call in turn. Its tests run one at a time.
@Suite(.serialized, .showingLogs) struct Kills {}
