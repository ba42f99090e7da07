import Spooling

/// The lock of this module, for what many deliveries use at once; `Spooling.Mutex` says why.
typealias Mutex<Value: ~Copyable> = Spooling.Mutex<Value>
