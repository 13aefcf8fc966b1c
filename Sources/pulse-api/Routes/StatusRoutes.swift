import HTTPServing
import JobQueue

/// What the status page is made of: `GET /api/status`, `GET /api/jobs` and `POST /api/jobs/ID/requeue`.
struct StatusRoutes: Sendable {
    let board: StatusBoard
    let registry: JobRegistry
    let queues: [String]

    private static let uncached = [(name: "Cache-Control", value: "no-store")]

    func status() async -> HTTPResponse { .json(200, await board.status(), headers: Self.uncached) }

    func jobs(_ request: HTTPRequest) async -> HTTPResponse {
        switch JobsQuery.read(request.query) {
        case .failure(let invalid): return .invalid(invalid)
        case .success(let query):
            guard let state = JobState(rawValue: query.state) else { return .detail(422, "no such state") }
            do throws(RedisError) {
                let list = try await newest(state, query.limit).map { JSONValue($0) }
                return .json(200, ["state": .string(query.state), "jobs": .array(list)], headers: Self.uncached)
            } catch {
                return Self.away(error)
            }
        }
    }

    /// Of all queues together.
    private func newest(_ state: JobState, _ limit: Int) async throws(RedisError) -> [JobSummary] {
        var jobs: [JobSummary] = []
        for queue in queues {
            jobs += try await registry.jobs(state, in: queue, limit: limit, withTitles: true)
        }
        if state.isNewestFirst, queues.count > 1 {
            jobs.sort { ($0.since(in: state) ?? -.infinity) > ($1.since(in: state) ?? -.infinity) }
        }
        return Array(jobs.prefix(limit))
    }

    func requeue(_ id: String) async -> HTTPResponse {
        guard JobRoute.isID(id) else { return JobRoute.unknown }
        do throws(RedisError) {
            guard let change = try await registry.requeue([id]).first else { return JobRoute.unknown }
            let text = change.text(of: .requeue)
            return switch change.outcome {
            case .gone: JobRoute.unknown
            case .refused: .detail(409, text)
            case .done: .json(200, ["job_id": .string(id), "status": "queued", "message": .string(text)])
            }
        } catch {
            return Self.away(error)
        }
    }

    private static func away(_ error: RedisError) -> HTTPResponse {
        .unavailable("Queue unavailable: redis \(PublicReason.text(error.reason))")
    }
}

extension JSONValue {
    /// With RQ's own names; what is not known is left out.
    init(_ job: JobSummary) {
        var fields = [Member("id", .string(job.id)), Member("queue", .string(job.queue))]
        let texts = [
            ("status", job.status), ("url", job.url), ("title", job.title), ("description", job.description),
            ("worker_name", job.worker), ("created_at", job.createdAt), ("enqueued_at", job.enqueuedAt),
            ("started_at", job.startedAt), ("ended_at", job.endedAt), ("reason", job.reason),
        ]
        for (name, text) in texts {
            if let text, !text.isEmpty { fields.append(Member(name, .string(text))) }
        }
        self = .object(fields)
    }
}
