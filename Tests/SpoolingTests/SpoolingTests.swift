import Testing

@testable import Spooling
