internal import FoundationEssentials

extension JobRegistry {
    private struct StopOrder: Encodable {
        var command = "stop-job"
        var job_id: String
    }

    /// As RQ's `send_stop_job_command`: the worker that runs the job ends it, and notes it as stopped once nothing of it runs.
    public func stop(_ id: String, runBy worker: String) async throws(RedisError) {
        guard let order = try? JSONEncoder().encode(StopOrder(job_id: id)) else { throw unexpected("no order") }
        _ = try await read([["PUBLISH", "\(keyPrefix):pubsub:\(worker)", .bytes(Array(order))]])
    }
}
