import Foundation
import Testing

@testable import JobQueue

/// A master behind sentinels: found, lost, and found again.
@Suite struct SentinelTests {
    /// A worker's end in miniature: claims until `count` jobs are in hand, leaves Redis alone as the worker does.
    private func take(_ count: Int, from queue: RedisQueue) async throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        var backoff = ReconnectBackoff()
        let deadline = ContinuousClock.now + .seconds(30)
        while jobs.count < count {
            try #require(.now < deadline, "only \(jobs.count) of \(count) jobs came")
            do throws(RedisError) {
                jobs += try await queue.claim(upTo: count - jobs.count, byteBudget: 1 << 20, waitMilliseconds: 1000)
                backoff.succeeded()
            } catch {
                try await Task.sleep(for: backoff.pause(after: error.cause, fraction: .random(in: 0..<1)))
            }
        }
        return jobs
    }

    private func queue(_ cluster: SentinelCluster) -> RedisQueue {
        var configuration = QueueConfiguration(url: cluster.url(), slot: "worker.1", node: "test")
        configuration.timeout = .seconds(3)
        return RedisQueue(configuration: configuration)
    }

    private func enqueue(_ count: Int, by producer: JobProducer) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            ids.append(try await producer.enqueue(document: [.init("url", .string("https://example.com/\(number)"))]))
        }
        return ids
    }

    @Test func `a killed master's jobs go on at the promoted replica, and the old master is not taken for one`()
        async throws
    {
        try await SentinelCluster.with { cluster in
            let (old, new) = (cluster.servers[0], cluster.servers[1])
            let producer = JobProducer(url: cluster.url())
            let queue = queue(cluster)
            let ids = try await enqueue(12, by: producer)
            let held = try await take(3, from: queue)
            try await queue.heartbeat()
            let former = try #require(queue.commands.peer)
            #expect(queue.address == "\(cluster.url()), master \(old.address)")
            // What a replica has not seen when its master dies is lost to any queue in Redis.
            try await eventually("the replica has it all") {
                let acknowledged = try await old.call("WAIT", "1", "100")
                let waiting = try await new.call("LLEN", "rq:queue:indexing")
                return acknowledged == .integer(1) && waiting == .integer(9)
            }

            let killed = ContinuousClock.now
            old.stop()
            async let rest = take(9, from: queue)
            try await eventually("the replica is promoted") { await cluster.isMaster(new) }
            let promoted = ContinuousClock.now
            let jobs = try await rest
            let resumed = ContinuousClock.now
            print(
                "Sentinel: claims resume \(promoted.duration(to: resumed)) after the promotion, "
                    + "\(killed.duration(to: resumed)) after the master was killed "
                    + "(down-after \(SentinelCluster.downAfter) ms)")
            #expect((held + jobs).map(\.id) == ids, "each once, in order")
            for job in held + jobs { #expect(try await queue.finish(job, outcome: .success(.none)) == .recorded) }
            let peer = try #require(queue.commands.peer)
            #expect(peer.runID != former.runID && peer.since >= killed, "others' signs of life get their time anew")
            #expect(queue.address.hasSuffix("master \(new.address)"))

            // It comes back believing that it is the master, until a sentinel tells it better.
            try old.start()
            let late = try await eventuallyEnqueued(by: producer)
            #expect(try await take(1, from: queue).map(\.id) == [late])
            #expect(queue.claims.master?.description == new.address)
            try await cluster.untilFollowing(old)
        }
    }

    @Test func `a master that is demoted while we are connected is left for the new one`() async throws {
        try await SentinelCluster.with { cluster in
            let (old, new) = (cluster.servers[0], cluster.servers[1])
            let producer = JobProducer(url: cluster.url())
            let queue = queue(cluster)
            let ids = try await enqueue(2, by: producer)
            #expect(try await take(1, from: queue).map(\.id) == [ids[0]])
            #expect(queue.claims.master?.description == old.address)
            try await eventually("a failover begins") {
                // Refused as long as the sentinel does not know how the replica is.
                (try? await cluster.sentinels[0].call("SENTINEL", "FAILOVER", SentinelCluster.name)) == .status("OK")
            }
            // What is written to the demoted one between the two is lost, to any client; so nothing is.
            try await eventually("they have changed places") {
                let (isStill, isMaster) = (await cluster.isMaster(old), await cluster.isMaster(new))
                return isMaster && !isStill
            }
            let switched = ContinuousClock.now
            #expect(try await take(1, from: queue).map(\.id) == [ids[1]])
            print("Sentinel: claims resume \(switched.duration(to: .now)) after a planned failover")
            #expect(queue.claims.master?.description == new.address)
        }
    }

    /// The producer tells of each failure, and whoever calls it decides; this one tries again.
    private func eventuallyEnqueued(by producer: JobProducer) async throws -> String {
        var id: String?
        try await eventually("a job is enqueued") {
            id = try? await producer.enqueue(document: [.init("url", .string("u"))])
            return id != nil
        }
        return try #require(id)
    }

    @Test func `what sentinels do not know, deny or do not answer is told with each one's cause`() async throws {
        try await SentinelCluster.with { cluster in
            guard case .sentinel(var group) = cluster.url().place else { return }
            group.master = "other"
            let unknown = await failure(of: RedisURL(place: .sentinel(group)))
            #expect(unknown?.cause == .unknownMaster(name: "other", sentinels: cluster.sentinels.map(\.address)))
            #expect(unknown?.reason.contains("unknown to the sentinels") == true)

            // A plain Redis is no sentinel, and a replica no master.
            group.master = SentinelCluster.name
            group.sentinels = [.tcp(host: "127.0.0.1", port: cluster.servers[0].port)]
            guard case .noSentinel(let causes)? = await failure(of: RedisURL(place: .sentinel(group)))?.cause else {
                return #expect(Bool(false))
            }
            #expect(causes.first?.cause.reason.contains("unknown command") == true)

            // Sentinels with a password of their own.
            let sentinel = cluster.sentinels[0]
            try await sentinel.call("ACL", "SETUSER", "default", "resetpass", ">hunter2")
            group.sentinels = [.tcp(host: "127.0.0.1", port: sentinel.port)]
            let refused = await failure(of: RedisURL(place: .sentinel(group)))
            #expect(refused?.cause.needsPerson == true, "\(refused?.reason ?? "")")
            group.password = "hunter2"
            #expect(await failure(of: RedisURL(place: .sentinel(group))) == nil)
            group.password = "hunter3"
            let wrong = await failure(of: RedisURL(place: .sentinel(group)))
            #expect(wrong.map { "\($0)".contains("WRONGPASS") && !"\($0)".contains("hunter") } == true)
        }
    }

    @Test func `sentinels that name a replica mean a failover`() async throws {
        let ports = try RedisProcess.freePorts(2)
        let replica = RedisProcess(
            port: ports[0], ["redis-server", "--port", "\(ports[0])", "--save", "", "--replicaof", "127.0.0.1 1"])
        try replica.start()
        try await eventually("it answers") { (try? await replica.call("PING")) != nil }
        let sentinel = try RawServer(
            "*2\r\n$9\r\n127.0.0.1\r\n$\("\(replica.port)".count)\r\n\(replica.port)\r\n")
        let group = SentinelGroup(sentinels: [.tcp(host: "127.0.0.1", port: Int(sentinel.port))], master: "m")
        let error = await failure(of: RedisURL(place: .sentinel(group)))
        #expect(error?.cause == .failingOver(named: replica.address))
        #expect(error?.url.hasSuffix("/m, master \(replica.address)") == true)
    }

    @Test func `one connect takes its time and no more, however many sentinels are silent`() async throws {
        // One after the other, each with a time of its own, they would take half a minute.
        let silent = try (0..<30).map { _ in try RawServer(nil) }
        let places = silent.map { RedisAddress.tcp(host: "127.0.0.1", port: Int($0.port)) }
        let began = ContinuousClock.now
        let error = await failure(of: RedisURL(place: .sentinel(SentinelGroup(sentinels: places, master: "m"))))
        #expect(began.duration(to: .now) < .seconds(20))
        guard case .noSentinel(let causes)? = error?.cause else {
            return #expect(Bool(false), "\(error?.reason ?? "")")
        }
        #expect(causes.map(\.sentinel) == places.map(\.description))
        #expect(causes.allSatisfy { if case .timedOut = $0.cause { true } else { false } })
    }

    private func failure(of url: RedisURL) async -> RedisError? {
        let connection = RedisConnection(url: url, name: "probe", timeout: .seconds(1))
        do throws(RedisError) {
            _ = try await connection.call(["PING"])
            return nil
        } catch {
            return error
        }
    }
}
