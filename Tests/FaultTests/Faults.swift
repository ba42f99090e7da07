import Testing

@testable import Harness

/// The fault suite: every fault, and what is promised all the same. One at a time, since each of them takes
/// the machine for itself.
@Suite(.serialized, .showingLogs) struct Faults {}
