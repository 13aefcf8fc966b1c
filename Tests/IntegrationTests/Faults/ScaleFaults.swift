import Foundation
import Reporting
import Testing

/// F80: more and fewer, and back again in the middle.
@Suite struct `Faults: scaling` {
    @Test func `F80 scaled down, the idle ones go first and the busy ones drain; back up, nothing overshoots`()
        async throws
    {
        let busy = "onterm=asked ready report=serving:3 wait=go exit=0"
        let plans = Dictionary(uniqueKeysWithValues: [1, 3, 4, 6, 8].map { ("worker.\($0).1", busy) })
        let supervisor = try RunningSupervisor(
            plan: "onterm=left:0 ready report=serving:0 wait", plans: plans, environment: ["PULSE_WORKERS": "8"])
        defer { supervisor.remove() }
        try await supervisor.until("all have reported") {
            let slots = try supervisor.document()?.slots ?? []
            return slots.count == 8 && slots.allSatisfy { $0.state == "ready" && $0.report != nil }
        }
        let down = try supervisor.order("/scale", body: "{\"worker\":2}")
        // Three idle ones are gone at once; three of the five busy ones drain.
        try await supervisor.untilFile("left", lines: 3)
        try await supervisor.untilFile("asked", lines: 3)
        try await supervisor.until("five are left") { try supervisor.document()?.slots.count == 5 }
        let slots = try #require(try supervisor.document()).slots
        #expect(slots.filter { $0.state == "ready" }.map(\.slot) == ["worker.1", "worker.3"])
        #expect(slots.filter { $0.state == "draining" }.map(\.slot) == ["worker.4", "worker.6", "worker.8"])

        let up = try supervisor.order("/scale", body: "{\"worker\":4}")
        #expect(try await supervisor.ended(down).state == .superseded)
        #expect(supervisor.logged("started pid") == 8, "those that drain are two of the four")
        try supervisor.write("go", "")
        #expect(try await supervisor.ended(up).state == .done)
        let ready = try #require(try supervisor.document()).slots
        #expect(ready.map(\.slot) == ["worker.1", "worker.3", "worker.4", "worker.6"])
        #expect(supervisor.lines(of: "asked").count == 3)
    }

    @Test func `slots that are gone leave no file, and their numbers are used again`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait", environment: ["PULSE_WORKERS": "3"])
        defer { supervisor.remove() }
        try await supervisor.untilAllReady(3)
        #expect(try await supervisor.ended(try supervisor.order("/scale", body: "{\"worker\":1}")).state == .done)
        let files = try FileManager.default.contentsOfDirectory(atPath: supervisor.runtime).sorted()
        #expect(files == ["supervisor.lock", "supervisor.sock", "worker.1.lock", "worker.1.notify"])
        #expect(try await supervisor.ended(try supervisor.order("/scale", body: "{\"worker\":4}")).state == .done)
        #expect(try supervisor.document()?.slots.map(\.slot) == ["worker.1", "worker.2", "worker.3", "worker.4"])
    }

    @Test func `nobody at all is a number too`() async throws {
        let supervisor = try RunningSupervisor(plan: "ready wait")
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        #expect(try await supervisor.ended(try supervisor.order("/scale", body: "{\"worker\":0}")).state == .done)
        #expect(try supervisor.document()?.slots.isEmpty == true)
        #expect(try await supervisor.ended(try supervisor.order("/scale", body: "{\"worker\":1}")).state == .done)
    }
}
