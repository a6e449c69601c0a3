import Synchronization

/// Where people reach the server: known from the settings, or only once a free port was taken.
public final class PublicAddress: Sendable {
    private let address: Mutex<String>

    public init(_ address: String) {
        self.address = Mutex(address)
    }

    /// Such as "http://127.0.0.1:8000", without a slash at its end.
    public var url: String { address.withLock { $0 } }

    public func update(_ url: String) {
        address.withLock { $0 = url }
    }
}
