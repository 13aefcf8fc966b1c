/// A job as a script answers it, before its data is inflated and read.
struct RawJob: Sendable {
    let id: String
    let execution: String
    let isHeld: Bool
    let queue: String
    let data: [UInt8]
    let createdAt: String
    let enqueuedAt: String
    let timeout: Int?
    let description: String
    let crashes: Int
    let retriesLeft: Int
    let callbacks: [String]
    let isForced: Bool

    /// Reads what `describe` in common.lua writes.
    init?(_ reply: RedisReply) {
        guard let parts = reply.array, parts.count == 5, let id = parts[0].text, let execution = parts[1].text,
            let mark = parts[2].text, let queue = parts[3].text, let fields = parts[4].array, fields.count == 11
        else { return nil }
        self.id = id
        self.execution = execution
        self.queue = queue
        isHeld = mark == "h"
        if case .bytes(let bytes) = fields[0] { data = bytes } else { data = [] }
        createdAt = fields[1].text ?? ""
        enqueuedAt = fields[2].text ?? ""
        timeout = fields[3].integer
        description = fields[4].text ?? ""
        crashes = fields[5].integer ?? 0
        retriesLeft = fields[6].integer ?? 0
        callbacks = fields[7...9].compactMap(\.text).filter { !$0.isEmpty }
        isForced = fields[10].text == "1"
    }

    /// Inflates and decodes, on a thread of the cooperative pool: a document may be megabytes.
    @concurrent func decoded() async -> ClaimedJob {
        var function = String(description.prefix { $0 != "(" })
        let payload: Result<JobPayload, JobRefusal>
        var serializer = JobSerializer.pickle
        do throws(JobRefusal) {
            let bytes = try Self.inflated(data)
            serializer = .of(bytes)
            let call = try serializer.call(from: bytes)
            function = call.function
            payload = .success(try JobCodec.payload(of: call, callbacks: callbacks))
        } catch {
            payload = .failure(error)
        }
        return ClaimedJob(
            id: id, execution: execution, queue: queue, function: function, serializer: serializer, payload: payload,
            createdAt: createdAt,
            enqueuedAt: enqueuedAt, size: data.count, timeoutSeconds: Self.limit(timeout), crashes: crashes,
            isHeld: isHeld,
            retriesLeft: retriesLeft, isForced: isForced)
    }

    /// Whether job data asks for a function of ours.
    static func isOurs(_ data: [UInt8]) -> Bool {
        guard let bytes = try? inflated(data), let call = try? JobSerializer.of(bytes).call(from: bytes) else {
            return false
        }
        return JobCodec.knownFunctions.contains(call.function)
    }

    private static func inflated(_ data: [UInt8]) throws(JobRefusal) -> [UInt8] {
        do {
            return try Zlib.inflate(data)
        } catch {
            throw .compression(error)
        }
    }

    /// RQ: absent means its default of three minutes, -1 means none. A century is none as well, and no clock overflows.
    private static func limit(_ timeout: Int?) -> Int? {
        guard let timeout else { return 180 }
        return timeout > 0 && timeout < 3_153_600_000 ? timeout : nil
    }
}
