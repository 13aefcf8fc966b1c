import Testing

@testable import pulse_api

@Suite struct `The supervisor as the page shows it` {
    private static let slot: JSONValue = [
        "slot": "worker.1", "program": "worker", "state": "ready", "pid": 4711, "restarts": 2, "text": "serving",
        "secret_of_tomorrow": "x",
        "deaths": [
            ["at": 1, "how": "exit 70", "cause": "exit", "last_lines": ["old"]],
            ["at": 2, "how": "killed by SIGKILL", "cause": "signal", "last_lines": ["password=hunter2"]],
        ],
        "report": [
            "v": 1, "worker": "pulse-a", "activity": "waiting", "done": 7, "failed": 1, "in_flight": 9,
            "current": .array((0..<9).map { ["id": .string("job-\($0)"), "url": "https://a", "since": 3, "more": 1] }),
        ],
    ]
    private static let document: JSONValue = [
        "schema": 1, "version": "0.1.0", "status": "degraded", "summary": "degraded: tei 502", "token": "x",
        "supervisor": ["pid": 1, "state": "running", "uptime_seconds": 12, "operations": [], "notes": ["a note"]],
        "services": ["tei": ["state": "unhealthy", "reason": "502", "remedy": nil, "hidden": 1]],
        "slots": [slot],
    ]

    @Test func `shows what is named, and nothing that a later supervisor adds`() throws {
        let view = try #require(SupervisorView(Self.document))
        #expect(
            view.supervisor == [
                "version": "0.1.0", "status": "degraded", "summary": "degraded: tei 502", "state": "running",
                "uptime_seconds": 12, "notes": ["a note"],
            ])
        #expect(view.services == ["tei": ["state": "unhealthy", "reason": "502"]])
    }

    @Test func `shows of a slot its last death without what it printed, and some of its jobs`() throws {
        let view = try #require(SupervisorView(Self.document))
        guard case .array(let slots) = view.slots, let slot = slots.first else { return #expect(Bool(false)) }
        #expect(slot["last_death"] == ["at": 2, "how": "killed by SIGKILL"])
        #expect(slot["activity"] == "waiting" && slot["done"] == 7 && slot["in_flight"] == 9)
        #expect(slot["secret_of_tomorrow"] == nil && slot["deaths"] == nil && slot["report"] == nil)
        guard case .array(let jobs)? = slot["current"] else { return #expect(Bool(false)) }
        #expect(jobs.count == 5)
        #expect(jobs.first == ["id": "job-0", "url": "https://a", "since": 3])
        #expect(!String(decoding: view.slots.bytes, as: UTF8.self).contains("hunter2"))
    }

    @Test(
        arguments: [
            .null, .array([]), ["schema": 2, "supervisor": [:], "services": [:], "slots": []],
            ["schema": 1, "supervisor": [:], "services": [], "slots": []], ["schema": 1, "services": [:], "slots": []],
            ["schema": 1, "supervisor": [:], "services": [:]],
        ] as [JSONValue])
    func `takes nothing for a status that is none`(_ document: JSONValue) {
        #expect(SupervisorView(document) == nil)
    }

    @Test func `shows a fleet of any size in a bounded answer`() throws {
        var fleet = Self.document
        guard case .object(var members) = fleet else { return }
        members.removeAll { $0.name == "slots" }
        members.append(.init("slots", .array(Array(repeating: Self.slot, count: 5000))))
        fleet = .object(members)
        guard case .array(let slots) = try #require(SupervisorView(fleet)).slots else { return #expect(Bool(false)) }
        #expect(slots.count == 1000)
    }
}
