import HTTPServing
import JobQueue

/// `GET /api/jobs/ID`: what became of what was enqueued, in RQ's words.
struct JobRoute: Sendable {
    let registry: JobRegistry

    func show(_ id: String) async -> HTTPResponse {
        guard Self.isID(id) else { return Self.unknown }
        do throws(RedisError) {
            guard let job = try await registry.standing(of: id) else { return Self.unknown }
            return .json(
                200,
                [
                    "job_id": .string(job.id), "status": .string(job.status), "url": JSONValue(job.url),
                    "enqueued_at": Self.moment(job.enqueuedAt), "started_at": Self.moment(job.startedAt),
                    "ended_at": Self.moment(job.endedAt), "result": job.result.map { JSONValue($0) } ?? .null,
                    "reason": JSONValue(job.reason),
                ])
        } catch {
            return .unavailable("Queue unavailable: redis \(PublicReason.text(error.reason))")
        }
    }

    static let unknown = HTTPResponse.detail(404, "Job not found: it never was, has expired or was deleted")

    /// What RQ takes for one; anything else would be part of another key.
    static func isID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E: true
                default: false
                }
            }
    }

    private static func moment(_ text: String) -> JSONValue { text.isEmpty ? .null : .string(text) }
}

extension JSONValue {
    /// As Python's `json.dumps` has it; bytes become text.
    init(_ value: PickleValue) {
        switch value {
        case .none: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .integer(number)
        case .double(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .bytes(let bytes): self = .string(String(decoding: bytes, as: UTF8.self))
        case .list(let items), .tuple(let items): self = .array(items.map { JSONValue($0) })
        case .dict(let entries): self = .object(entries.map { Member($0.key, JSONValue($0.value)) })
        }
    }
}
