import Foundation
import Synchronization
import Testing

@testable import JobQueue

/// Jobs on their way into a Redis that fails: none is confirmed that is not there, none is there twice.
@Suite struct JobIntakeTests {
    private static func job(_ number: Int) throws -> NewJob {
        let document: [PickleValue.Entry] = [
            .init("url", .string("https://example.com/\(number)")), .init("markdown", .string("text")),
        ]
        return try #require(NewJob(JobCall(function: "worker.index_document_job", arguments: [.dict(document)])))
    }

    /// Ids in the queue, each of which must have its job.
    private static func enqueued(_ server: QueueServer) async throws -> [String] {
        let ids = try await server.list("rq:queue:indexing")
        for id in ids {
            #expect(try await server.redis("HGET", "rq:job:\(id)", "status") == .bytes(Array("queued".utf8)))
        }
        return ids
    }

    @Test func `many senders at once are all served, each in one piece`() async throws {
        try await QueueServer.with { server, python in
            let intake = JobIntake(url: server.url)
            let sent = try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let jobs = try [Self.job(2 * number), Self.job(2 * number + 1)]
                        try await intake.enqueue(jobs)
                        return jobs.map(\.id)
                    }
                }
                return try await group.reduce(into: [[String]]()) { $0.append($1) }
            }
            let ids = try await Self.enqueued(server)
            #expect(Set(ids) == Set(sent.flatMap(\.self)) && ids.count == 600)
            for pair in sent {
                #expect(ids.firstIndex(of: pair[0]).map { ids[$0 + 1] } == pair[1], "together, in order")
            }
            #expect(try await python("print(q.count, job('\(ids[0])').args[0]['markdown'])") == "600 text")
            await intake.close()
        }
    }

    @Test func `when the reply is lost the same jobs are sent again, and stand there once`() async throws {
        try await QueueServer.with { server, _ in
            let proxy = try RedisProxy(to: .unix(path: server.socket))
            defer { proxy.close() }
            let intake = JobIntake(url: proxy.url)
            _ = try await intake.lengths(of: ["indexing"])
            let before = proxy.accepted
            proxy.fail(by: .losesNextReply)
            let jobs = try [Self.job(1), Self.job(2)]
            try await intake.enqueue(jobs)
            #expect(proxy.accepted > before, "the connection was cut")
            #expect(try await Self.enqueued(server) == jobs.map(\.id))
            await intake.close()
        }
    }

    @Test func `what a frozen Redis finds in several connections when it thaws, it takes once`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, timeout: .milliseconds(100), patience: .seconds(60))
            _ = try await intake.lengths(of: ["indexing"])
            let told = try await server.redis("INFO", "server")
            guard case .bytes(let bytes) = told else { return #expect(Bool(false), "\(told)") }
            let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            let line = try #require(lines.first { $0.hasPrefix("process_id:") })
            let pid = try #require(pid_t(line.dropFirst("process_id:".count)))
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            let job = try Self.job(1)
            let sending = Task { try await intake.enqueue([job]) }
            try await eventually("the first attempt has failed") { await intake.held == 1 }
            kill(pid, SIGCONT)
            try await sending.value
            // Whatever the earlier connections still hold is read before a new one is served for the second time.
            for _ in 0..<2 { try await server.redis("PING") }
            #expect(try await Self.enqueued(server) == [job.id])
            await intake.close()
        }
    }

    @Test func `what an absent Redis cannot take is held until it is back`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, patience: .seconds(60))
            server.stop()
            let job = try Self.job(1)
            let sending = Task { try await intake.enqueue([job]) }
            try await eventually("it is held") { await intake.held == 1 }
            try await server.start()
            try await sending.value
            #expect(try await Self.enqueued(server) == [job.id])
            #expect(await intake.held == 0)
            await intake.close()
        }
    }

    @Test func `a job of which a Redis that was killed brought back the hash alone is put into the queue`() async throws
    {
        try await QueueServer.with { server, _ in
            let proxy = try RedisProxy(to: .unix(path: server.socket + ".nobody"))
            defer { proxy.close() }
            let intake = JobIntake(url: proxy.url, patience: .seconds(60))
            let jobs = try [Self.job(1), Self.job(2), Self.job(3)]
            let sending = Task { try await intake.enqueue(jobs) }
            try await eventually("they are held") { await intake.held == 1 }
            try await server.redis("HSET", "rq:job:\(jobs[0].id)", "status", "queued")
            // This one is where it belongs, and the third has begun.
            try await server.redis("HSET", "rq:job:\(jobs[1].id)", "status", "queued")
            try await server.redis("RPUSH", "rq:queue:indexing", jobs[1].id)
            try await server.redis("HSET", "rq:job:\(jobs[2].id)", "status", "started")
            proxy.turn(to: .unix(path: server.socket))
            try await sending.value
            #expect(try await Self.enqueued(server) == [jobs[1].id, jobs[0].id])
            await intake.close()
        }
    }

    @Test func `patience ends, with the reason, and what was given up is not sent later`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, patience: .milliseconds(50))
            server.stop()
            let late = try Self.job(1)
            do throws(IntakeFailure) {
                try await intake.enqueue([late])
                Issue.record("it was taken by nobody")
            } catch {
                guard case .unavailable(let cause) = error else { return #expect(Bool(false), "\(error)") }
                #expect(cause.isSilence)
            }
            try await server.start()
            try await eventually("the same intake delivers again") { (try? await intake.enqueue([Self.job(2)])) != nil }
            #expect(try await !Self.enqueued(server).contains(late.id))
            await intake.close()
        }
    }

    @Test func `a refusal is told at once, and takes nothing with it`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, patience: .seconds(60))
            try await server.redis("ACL", "SETUSER", "default", "-hset")
            let error = await #expect(throws: IntakeFailure.self) { try await intake.enqueue([Self.job(1)]) }
            guard case .refused(let cause)? = error, case .permission = cause.cause else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(await intake.refusal(within: .seconds(600)) == cause)
            #expect(await intake.refusal(within: .zero) == nil, "old news is no news")
            try await server.redis("ACL", "SETUSER", "default", "+hset")
            let job = try Self.job(2)
            try await intake.enqueue([job])
            #expect(await intake.refusal(within: .seconds(600)) == nil)
            #expect(try await server.redis("HEXISTS", "rq:job:\(job.id)", "data") == .integer(1))
            await intake.close()
        }
    }

    @Test func `what waits is bounded, but for one`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, patience: .seconds(60), room: 10)
            server.stop()
            let first = Task { try await intake.enqueue([Self.job(1)]) }
            try await eventually("it waits") { await intake.held == 1 }
            await #expect(throws: IntakeFailure.full) { try await intake.enqueue([Self.job(2)]) }
            try await server.start()
            try await first.value
            await intake.close()
        }
    }

    @Test func `while Redis is away so many wait, and the next is told so at once`() async throws {
        try await QueueServer.with { server, _ in
            let intake = JobIntake(url: server.url, patience: .seconds(60), mostWaiting: 2)
            server.stop()
            let waiting = (1...2).map { number in Task { try await intake.enqueue([Self.job(number)]) } }
            try await eventually("they wait") { await intake.held == 2 }
            await #expect(throws: IntakeFailure.full) { try await intake.enqueue([Self.job(3)]) }
            try await server.start()
            for task in waiting { try await task.value }
            try await intake.enqueue([Self.job(4)])
            await intake.close()
        }
    }

    private final class Confirmed: Sendable { let ids = Mutex<[String]>([]) }

    @Test func `a Redis killed and restarted under load has each job that was confirmed, once`() async throws {
        try await QueueServer.with(durable: true) { server, _ in
            let intake = JobIntake(url: server.url, patience: .seconds(60))
            let confirmed = Confirmed()
            let load = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for sender in 0..<8 {
                        group.addTask {
                            for number in 0..<60 {
                                let job = try Self.job(sender * 100 + number)
                                try await intake.enqueue([job])
                                confirmed.ids.withLock { $0.append(job.id) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for amount in [100, 250] {
                try await eventually("\(amount) are confirmed") { confirmed.ids.withLock { $0.count } >= amount }
                server.stop()
                try await server.start()
            }
            try await load.value
            let ids = try await Self.enqueued(server)
            #expect(Set(ids) == Set(confirmed.ids.withLock { $0 }) && ids.count == 480)
            await intake.close()
        }
    }
}
