/// A job on its way to a queue, in the very format python-rq 2.6 writes. Made ready once: sent again after a lost reply it is
/// the same job.
public struct NewJob: Sendable {
    public let id: String
    let queue: String
    /// Names and values of its hash, in the order RQ writes them.
    let fields: [RedisCommand.Argument]
    /// Bytes of its deflated data, which is nearly all that it takes.
    public let size: Int

    /// Nil when there is no memory to deflate its data.
    ///
    /// - Parameters:
    ///   - timeoutSeconds: RQ's job timeout.
    ///   - isForced: Index it although it is unchanged. Noted beside RQ's own fields, which a Python worker never looks at:
    ///     an argument that its function does not know would fail the job.
    public init?(
        _ call: JobCall, queue: String = "indexing", timeoutSeconds: Int = 600, isForced: Bool = false,
        effort: DeflateEffort = .thorough
    ) {
        guard let data = try? Zlib.deflate(JobCodec.encode(call), effort) else { return nil }
        let now = Timestamp.now()
        id = Self.uuid()
        self.queue = queue
        size = data.count
        let plain: [RedisCommand.Argument] = [
            "created_at", "\(now)", "data", .bytes(data), "success_callback_name", "", "failure_callback_name", "",
            "stopped_callback_name", "", "started_at", "", "ended_at", "", "last_heartbeat", "", "worker_name", "",
            "group_id", "", "origin", "\(queue)", "description", "\(CallDescription.text(of: call))", "enqueued_at",
            "\(now)", "timeout", "\(timeoutSeconds)", "status", "queued",
        ]
        fields = plain + (isForced ? ["pulse_force", "1"] : [])
    }

    /// A random UUID (RFC 9562 version 4), as Python's `uuid4()` prints it.
    private static func uuid() -> String {
        let high = UInt64.random(in: .min ... .max) & 0xffff_ffff_ffff_0fff | 0x4000
        let low = UInt64.random(in: .min ... .max) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        for shift in stride(from: 124, through: 0, by: -4) {
            let half = shift >= 64 ? high >> UInt64(shift - 64) : low >> UInt64(shift)
            let digit = UInt8(truncatingIfNeeded: half & 0xf)
            bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            if [8, 13, 18, 23].contains(bytes.count) { bytes.append(0x2d) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
