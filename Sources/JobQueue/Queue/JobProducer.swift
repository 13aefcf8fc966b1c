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
        let id = Self.uuid()
        let key = "\(keyPrefix):job:\(id)"
        let now = Timestamp.now()
        let data: [UInt8]
        do {
            data = try Zlib.deflate(JobCodec.encode(call))
        } catch {
            throw RedisError(.unexpectedReply("\(error)"), url: connection.url.description)
        }
        let save: RedisCommand = [
            "HSET", "\(key)", "created_at", "\(now)", "data", .bytes(data), "success_callback_name", "",
            "failure_callback_name", "", "stopped_callback_name", "", "started_at", "", "ended_at", "",
            "last_heartbeat", "",
            "worker_name", "", "group_id", "", "origin", "\(queue)", "description", "\(CallDescription.text(of: call))",
            "enqueued_at", "\(now)", "timeout", "\(timeoutSeconds)", "status", "queued",
        ]
        let mark: [RedisCommand] = isForced ? [["HSET", "\(key)", "pulse_force", "1"]] : []
        let list = "\(keyPrefix):queue:\(queue)"
        let replies = try await connection.pipeline(
            [["MULTI"], ["SADD", "\(keyPrefix):queues", "\(list)"], save] + mark
                + [["RPUSH", "\(list)", "\(id)"], ["EXEC"]])
        // The first one is the cause; EXEC's own answers stand in the last.
        for case .error(let text) in replies + (replies.last?.array ?? []) {
            throw RedisError(.replyError(text), url: connection.address)
        }
        return id
    }

    /// A random UUID (RFC 9562 version 4), as Python's `uuid4()` prints it.
    private static func uuid() -> String {
        let high = UInt64.random(in: .min ... .max) & 0xffff_ffff_ffff_0fff | 0x4000
        let low = UInt64.random(in: .min ... .max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = [high, low].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let all = Array(digits.joined())
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(all[$0]) }.joined(separator: "-")
    }
}
