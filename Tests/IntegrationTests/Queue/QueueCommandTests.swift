import Testing

@testable import JobQueue

/// RQ's tools speak to a worker through its channel.
@Suite struct QueueCommandTests {
    @Test func `what python sends is heard, in its order`() async throws {
        try await QueueServer.with { server, python in
            try await python("put(0)")
            let queue = server.queue()
            let job = try #require(try await queue.claim(upTo: 1, byteBudget: 1 << 20, waitMilliseconds: 0).first)
            let heard = Task {
                var commands: [WorkerCommand] = []
                while commands.count < 3 { if let next = try await queue.nextCommand() { commands.append(next) } }
                return commands
            }
            try await eventually("the channel has a listener") {
                try await server.redis("PUBSUB", "NUMSUB", "rq:pubsub:\(queue.identity.name)").array?.last?.integer == 1
            }
            try await python(
                """
                from rq.command import *
                send_stop_job_command(r, 'job-0'); send_command(r, '\(queue.identity.name)', 'dance')
                send_kill_horse_command(r, '\(queue.identity.name)'); send_shutdown_command(r, '\(queue.identity.name)')
                """)
            #expect(try await heard.value == [.stopJob(id: "job-0"), .killHorse, .shutdown])
            _ = try await queue.finish(job, outcome: .success(.none))
        }
    }
}
