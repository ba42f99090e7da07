import Spooling

/// Not Synchronization's.
typealias Mutex<Value: ~Copyable> = Spooling.Mutex<Value>
