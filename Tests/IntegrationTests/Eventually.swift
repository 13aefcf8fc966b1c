import Testing

/// Looks until the condition holds; after the limit the test fails, with what the context has to say.
///
/// For what only shows itself to whoever looks: another process's status, a key in Redis.
func eventually(
    _ what: String, within limit: Duration = .seconds(30), context: () -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let limit = limit * (Sanitizer.isOn ? 6 : 1)
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("not within \(limit): \(what) \(context())")
            throw CancellationError()
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
