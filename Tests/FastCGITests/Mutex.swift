@testable import FastCGI

/// Not Synchronization's.
typealias Mutex<Value: ~Copyable> = FastCGI.Mutex<Value>
