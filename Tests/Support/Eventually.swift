import Testing

/// Waits for a condition to come true; records an issue when it does not.
public func eventually(within limit: Duration = .seconds(20), _ condition: @Sendable () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("did not come true within \(limit)")
}
