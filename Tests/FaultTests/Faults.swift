import Testing

@testable import Harness

/// The fault suite: faults, and the promises that hold all the same. Its tests run one at a time,
/// since each of them takes the whole machine.
@Suite(.serialized, .showingLogs) struct Faults {}
