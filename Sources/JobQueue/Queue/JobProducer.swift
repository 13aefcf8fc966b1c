/// Puts jobs on a queue in the very format python-rq 2.6 writes, so any RQ worker could run them.
public actor JobProducer {
    private let connection: RedisConnection
    private let keyPrefix: String

    public init(url: RedisURL, keyPrefix: String = "rq", timeout: Duration = .seconds(5)) {
        connection = RedisConnection(url: url, name: "pulse-producer", timeout: timeout)
        self.keyPrefix = keyPrefix
    }

    public func close() async { await connection.close() }

    /// Enqueues one document for `worker.index_document_job`.
    ///
    /// - Parameters:
    ///   - document: The dict the function is called with, in the product's spelling (`url`, `markdown`, ...).
    ///   - timeoutSeconds: RQ's job timeout.
    ///   - isForced: Index it although it is unchanged. Noted beside RQ's own fields, which a Python worker never looks at: an
    ///     argument that its function does not know would fail the job.
    /// - Returns: The job's id.
    public func enqueue(
        document: [PickleValue.Entry], queue: String = "indexing", timeoutSeconds: Int = 600, isForced: Bool = false
    ) async throws(RedisError) -> String {
        let call = JobCall(function: "worker.index_document_job", arguments: [.dict(document)])
        return try await enqueue(call, queue: queue, timeoutSeconds: timeoutSeconds, isForced: isForced)
    }

    /// Enqueues any call, in one transaction: the job exists before its id appears in the list.
    public func enqueue(
        _ call: JobCall, queue: String = "indexing", timeoutSeconds: Int = 600, isForced: Bool = false
    ) async throws(RedisError) -> String {
        guard
            let job = NewJob(call, queue: queue, timeoutSeconds: timeoutSeconds, isForced: isForced)
        else {
            throw RedisError(.unexpectedReply("no memory to deflate a job"), url: connection.url.description)
        }
        let list = "\(keyPrefix):queue:\(queue)"
        let replies = try await connection.pipeline([
            ["MULTI"], ["SADD", "\(keyPrefix):queues", "\(list)"],
            RedisCommand(["HSET", "\(keyPrefix):job:\(job.id)"] + job.fields), ["RPUSH", "\(list)", "\(job.id)"],
            ["EXEC"],
        ])
        // The first one is the cause; EXEC's own answers stand in the last.
        for case .error(let text) in replies + (replies.last?.array ?? []) {
            throw RedisError(.replyError(text), url: connection.address)
        }
        return job.id
    }
}
