/// A job as a script answers it, before its data is inflated and read.
struct RawJob: Sendable {
    let id: String
    let execution: String
    let isHeld: Bool
    let queue: String
    /// nil: so much that it stays in Redis until the job is opened.
    let data: [UInt8]?
    /// Of its data, in bytes.
    let size: Int
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
        guard let parts = reply.array, parts.count == 6, let id = parts[0].text, let execution = parts[1].text,
            let mark = parts[2].text, let queue = parts[3].text, let size = parts[4].integer,
            let fields = parts[5].array, fields.count == 11
        else { return nil }
        self.id = id
        self.execution = execution
        self.queue = queue
        isHeld = mark == "h"
        if case .bytes(let bytes) = fields[0] { data = bytes } else { data = size > 0 ? nil : [] }
        self.size = size
        createdAt = fields[1].text ?? ""
        enqueuedAt = fields[2].text ?? ""
        timeout = fields[3].integer
        description = fields[4].text ?? ""
        crashes = fields[5].integer ?? 0
        retriesLeft = fields[6].integer ?? 0
        callbacks = fields[7...9].compactMap(\.text).filter { !$0.isEmpty }
        isForced = fields[10].text == "1"
    }

    /// Inflates and decodes, on a thread of the cooperative pool; a large one is only seen to be large.
    @concurrent func decoded() async -> ClaimedJob {
        let unread = JobData.Reading(payload: .success(.documents([], isBatch: false)))
        guard let data else { return claimed(unread, large: LargeJob(callbacks: callbacks)) }
        let whole = JobData(bytes: data, callbacks: callbacks)
        let reading = whole.read(limit: LargeJobs.smallest)
        guard case .failure(.compression(.bomb)) = reading.payload else { return claimed(reading) }
        return claimed(unread, large: LargeJob(callbacks: callbacks, data: whole))
    }

    private func claimed(_ reading: JobData.Reading, large: LargeJob? = nil) -> ClaimedJob {
        ClaimedJob(
            id: id, execution: execution, queue: queue,
            function: reading.function ?? Self.named(in: description), serializer: reading.serializer,
            payload: reading.payload, createdAt: createdAt, enqueuedAt: enqueuedAt, size: size,
            inflatedSize: reading.size, large: large, isUnread: large != nil, timeoutSeconds: Self.limit(timeout),
            crashes: crashes,
            isHeld: isHeld, retriesLeft: retriesLeft, isForced: isForced)
    }

    /// Whether job data asks for a function of ours.
    static func isOurs(_ data: [UInt8]) -> Bool {
        JobData(bytes: data, callbacks: []).read(withoutText: true).function.map(JobCodec.knownFunctions.contains)
            ?? false
    }

    /// The same by RQ's `description`, which begins with the call's text unless the producer wrote another.
    static func isOurs(description: String) -> Bool { JobCodec.knownFunctions.contains(named(in: description)) }

    private static func named(in description: String) -> String { String(description.prefix { $0 != "(" }) }

    /// RQ: absent means its default of three minutes, -1 means none. A century is none as well, and no clock overflows.
    private static func limit(_ timeout: Int?) -> Int? {
        guard let timeout else { return 180 }
        return timeout > 0 && timeout < 3_153_600_000 ? timeout : nil
    }
}
