import Testing

@testable import JobQueue

/// Order, ownership, fences: nothing lost, nothing overwritten.
@Suite struct QueueOwnershipTests {
    private let budget = 1 << 20

    @Test func `what is given back stands in its old order, whoever gives first`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(6)]")
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            let first = try await one.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            let second = try await two.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            #expect(try await one.giveBack(first) == 2)
            #expect(try await two.giveBack(second.reversed()) == 2)
            #expect(try await server.list("rq:queue:indexing") == (0..<6).map { "job-\($0)" })
            #expect(
                try await python(
                    "print({job(f'job-{n}').get_status().value for n in range(6)}, len(q.started_job_registry))")
                    == "{'queued'} 0")
            #expect(try await one.giveBack(first) == 0, "giving back twice does nothing")
        }
    }

    @Test func `a job that came back and was taken again still comes before those it came back with`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(4)]")
            let queue = server.queue()
            _ = try await queue.giveBack(try await queue.claim(upTo: 3, byteBudget: budget, waitMilliseconds: 0))
            let again = try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0)
            #expect(again.map(\.id) == ["job-0"])
            _ = try await queue.giveBack(again)
            #expect(try await server.list("rq:queue:indexing") == (0..<4).map { "job-\($0)" })
        }
    }

    @Test func `a dead worker's jobs return in order and its running jobs become suspects`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(4)]")
            let (dead, next) = (server.queue(), server.queue())
            #expect(try await dead.claim(upTo: 3, byteBudget: budget, waitMilliseconds: 0).count == 3)
            let summary = try await next.reclaim(predecessor: dead.identity.name, how: .vanished("signal 9 (SIGKILL)"))
            #expect(summary.requeued == 3 && summary.suspects == 3 && summary.failed == 0)
            #expect(try await server.list("rq:queue:indexing") == (0..<4).map { "job-\($0)" })
            let alone = try await next.claim(upTo: 8, byteBudget: budget, waitMilliseconds: 0)
            #expect(
                alone.map(\.id) == ["job-0"] && alone[0].isSuspect && !alone[0].isHeld,
                "a suspect is the last of its batch")
            let held = try await next.claim(upTo: 8, byteBudget: budget, waitMilliseconds: 0)
            #expect(held.map(\.id) == ["job-1"] && held[0].isHeld)
            #expect(try await next.reclaim(predecessor: dead.identity.name, how: .vanished("again")).requeued == 0)
        }
    }

    @Test func `the third crash fails the job with its story, and requeueing it begins anew`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            for round in 1...3 {
                let dead = server.queue()
                let job = try #require(try await dead.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
                #expect(job.id == "job-0" && job.crashes == round - 1)
                let summary = try await server.queue().reclaim(
                    predecessor: dead.identity.name, how: .vanished("signal 9 (SIGKILL), round \(round)"))
                #expect(summary.failed == (round == 3 ? 1 : 0))
            }
            let reason = try await python(
                "print(job('job-0').latest_result().exc_string); print(q.failed_job_registry.get_job_ids(), q.job_ids)")
            #expect(reason.contains("Workers died 3 times") && reason.contains("round 1") && reason.contains("round 3"))
            #expect(reason.hasSuffix("['job-0'] ['job-1']"))
            try await python("job('job-0').requeue()")
            let fresh = try await server.queue().claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            #expect(fresh.map(\.crashes) == [0, 0])
        }
    }

    @Test func `a worker that was buried while it drained is still on its way out`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let (draining, other) = (server.queue(), server.queue(slot: "worker.2"))
            let job = try #require(try await draining.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            try await draining.stopClaiming()
            _ = try await other.reclaim(predecessor: draining.identity.name, how: .vanished("silent"))
            try await draining.heartbeat()
            #expect(
                try await server.redis("HGET", "pulse:worker:\(draining.identity.name)", "stopping").text == "1")
            #expect(try await draining.finish(job, outcome: .success(.none)) == .lost)
        }
    }

    @Test func `an announced stop and a reboot are no crash`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let stopping = server.queue()
            _ = try await stopping.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0)
            try await stopping.stopClaiming()
            #expect(
                try await server.queue().reclaim(
                    predecessor: stopping.identity.name, how: .vanished("killed at the deadline")
                ).suspects == 0)
            let rebooted = server.queue()
            _ = try await rebooted.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0)
            #expect(
                try await server.queue().reclaim(predecessor: rebooted.identity.name, how: .announced("reboot"))
                    .requeued == 1)
            #expect(
                try await server.queue().claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first?.crashes == 0)
        }
    }

    @Test(arguments: ["job('job-0').cancel()", "job('job-0').delete()"])
    func `a late finish changes nothing after python took the job away`(action: String) async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            try await python(action)
            #expect(try await queue.refresh([job]) == [job.execution])
            #expect(try await queue.finish(job, outcome: .success(.none)) == .lost)
            #expect(
                try await python(
                    "print(len(q.finished_job_registry), r.hget('rq:job:job-0', 'status') in (None, b'canceled'))")
                    == "0 True")
        }
    }

    @Test func `a late finish after a reclaim is lost, a repeated one is not`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let (slow, next) = (server.queue(), server.queue())
            let late = try #require(try await slow.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            _ = try await next.reclaim(predecessor: slow.identity.name, how: .vanished("frozen"))
            let job = try #require(try await next.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(try await slow.finish(late, outcome: .failure("late", mayRetry: false)) == .lost)
            #expect(try await next.finish(job, outcome: .success(.int(1))) == .recorded)
            #expect(
                try await next.finish(job, outcome: .success(.int(1))) == .recorded,
                "its first reply may have been lost")
            #expect(try await slow.finish(late, outcome: .success(.int(2))) == .lost)
            #expect(try await python("print(job('job-0').return_value(), r.xlen('rq:results:job-0'))") == "1 1")
            try await slow.heartbeat()
            #expect(
                try await server.redis("SISMEMBER", "pulse:workers", slow.identity.name) == .integer(1),
                "it came back to life and registered anew")
        }
    }

    @Test func `a buried worker that registered anew is not confirmed before it knows which jobs it has lost`()
        async throws
    {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(2)]")
            let (thawed, other) = (server.queue(), server.queue())
            let jobs = try await thawed.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            try await thawed.heartbeat()
            #expect(await thawed.confirmedAlive != nil)
            _ = try await other.reclaim(predecessor: thawed.identity.name, how: .vanished("frozen"))
            try await thawed.heartbeat()
            #expect(await thawed.confirmedAlive == nil, "what it holds is another's, and it would write about it")
            #expect(try await thawed.refresh(jobs) == jobs.map(\.execution))
            #expect(await thawed.confirmedAlive != nil)
        }
    }

    @Test func `a job enqueued again while it runs leaves nothing of its first execution behind`() async throws {
        try await QueueServer.with { server, python in
            try await python("put()")
            let queue = server.queue()
            let first = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            try await python("put()")
            let second = try #require(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).first)
            #expect(second.id == first.id && second.execution != first.execution)
            #expect(try await queue.finish(first, outcome: .success(.int(1))) == .lost)
            #expect(try await server.list("rq:queue:indexing").isEmpty)
            #expect(try await server.redis("ZCARD", "rq:wip:indexing") == .integer(1))
            #expect(try await queue.finish(second, outcome: .success(.int(2))) == .recorded)
            #expect(try await server.redis("ZCARD", "rq:wip:indexing") == .integer(0), "RQ would fail the job for it")
        }
    }

    @Test func `what an inbox holds goes back in the order it was taken`() async throws {
        try await QueueServer.with { server, python in
            let queue = server.queue()
            try await queue.register()
            try await python(
                "[put(n) for n in range(4)]\nfor _ in range(2): r.lmove('rq:queue:indexing', 'pulse:inbox:\(queue.identity.name)', 'LEFT', 'RIGHT')"
            )
            try await queue.unregister()
            #expect(try await server.list("rq:queue:indexing") == (0..<4).map { "job-\($0)" })
        }
    }

    @Test func `jobs handed to two waiting workers keep their order, whichever claims first`() async throws {
        try await QueueServer.with { server, python in
            let (one, two) = (server.queue(), server.queue(slot: "worker.2"))
            for queue in [one, two] { try await queue.register() }
            // As BLMOVE does: the one that has waited longer is served first.
            try await python(
                """
                [put(n) for n in range(4)]
                for name in ['\(one.identity.name)', '\(two.identity.name)']:
                    r.lmove('rq:queue:indexing', f'pulse:inbox:{name}', 'LEFT', 'RIGHT')
                """)
            let second = try await two.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            let first = try await one.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0)
            #expect(second.map(\.id) == ["job-1", "job-2"] && first.map(\.id) == ["job-0", "job-3"])
            _ = try await two.giveBack(second)
            _ = try await one.giveBack(first)
            #expect(try await server.list("rq:queue:indexing") == (0..<4).map { "job-\($0)" })
        }
    }

    @Test func `siblings bury a worker whose pid is gone at once, and one elsewhere when its sign of life expired`()
        async throws
    {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(2)]")
            let (gone, far, live) = (server.queue(), server.queue(), server.queue())
            let told: @Sendable (String) -> Departure? = { _ in .vanished("killed by SIGKILL") }
            for queue in [gone, far] {
                #expect(try await queue.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).count == 1)
            }
            try await live.register()
            #expect(try await live.reclaimDeadSiblings(told: told).requeued == 0, "everybody lives")
            try await server.redis("HSET", "pulse:worker:\(gone.identity.name)", "start_time", "1")
            try await server.redis("HSET", "pulse:worker:\(far.identity.name)", "pid_namespace", "1")
            #expect(try await live.reclaimDeadSiblings(told: told).requeued == 1)
            #expect(try await server.list("rq:queue:indexing") == ["job-0"])
            try await server.redis("DEL", "pulse:alive:\(far.identity.name)")
            let patient = server.queue { $0.expiryPatience = .seconds(3600) }
            let early = try await patient.reclaimDeadSiblings(told: told)
            #expect(early.requeued == 0, "after an outage everybody looks dead")
            #expect(try await live.reclaimDeadSiblings(told: told).requeued == 1)
            #expect(try await server.list("rq:queue:indexing") == ["job-0", "job-1"])
        }
    }

    @Test func `a worker of whose end nothing is known yet is buried the second time, or with its story`()
        async throws
    {
        try await QueueServer.with { server, python in
            try await python("put(0); put(1)")
            let live = server.queue()
            try await live.register()
            for told in [nil, Departure.vanished("killed by SIGKILL")] {
                let gone = server.queue()
                #expect(try await gone.claim(upTo: 1, byteBudget: budget, waitMilliseconds: 0).count == 1)
                try await server.redis("HSET", "pulse:worker:\(gone.identity.name)", "start_time", "1")
                #expect(try await live.reclaimDeadSiblings { _ in nil }.requeued == 0)
                #expect(try await live.reclaimDeadSiblings { _ in told }.requeued == 1)
            }
        }
    }

    @Test func `a goodbye returns what is in hand and leaves no trace`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(3)]")
            let queue = server.queue()
            #expect(try await queue.claim(upTo: 2, byteBudget: budget, waitMilliseconds: 0).count == 2)
            try await queue.unregister()
            #expect(try await server.list("rq:queue:indexing") == ["job-0", "job-1", "job-2"])
            #expect(
                try await python(
                    "print(len(q.started_job_registry), r.scard('rq:workers'), r.scard('pulse:workers'), job('job-0').get_status().value)"
                ) == "0 0 0 queued")
        }
    }

    @Test func `the byte budget ends a batch, and what exceeds it whole runs alone`() async throws {
        try await QueueServer.with { server, python in
            try await python("[put(n) for n in range(3)]")
            let queue = server.queue()
            let one = try await queue.claim(upTo: 3, byteBudget: 10, waitMilliseconds: 0)
            #expect(one.map(\.id) == ["job-0"])
            #expect(try await queue.claim(upTo: 3, byteBudget: 10, waitMilliseconds: 20).isEmpty)
            #expect(try await server.list("rq:queue:indexing") == ["job-1", "job-2"])
            _ = try await queue.finish(one[0], outcome: .success(.none))
            #expect(try await queue.claim(upTo: 3, byteBudget: 10_000, waitMilliseconds: 0).count == 2)
        }
    }
}
