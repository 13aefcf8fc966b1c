import Reporting
import Testing

@testable import Supervision

@Suite struct `A status that cannot lie` {
    private func word(_ qdrant: ServiceReport) -> ServiceBoard.Word {
        ServiceBoard.Word(
            report: WorkerReport(
                worker: "w", activity: .serving,
                services: ["redis": ServiceReport(.healthy), "tei": ServiceReport(.healthy), "qdrant": qdrant]))
    }

    @Test func `nobody has reported: unknown, never healthy`() {
        let board = ServiceBoard.judge([])
        #expect(board.keys.sorted() == ["qdrant", "redis", "tei"])
        #expect(board.values.allSatisfy { $0.state == .unknown })
    }

    @Test func `the worst wins and says how many see it`() {
        let down = word(ServiceReport(.unhealthy, reason: "connection refused (http://h:6333)"))
        let board = ServiceBoard.judge([word(ServiceReport(.healthy)), down, word(ServiceReport(.healthy))])
        #expect(board["qdrant"]?.state == .unhealthy)
        #expect(board["qdrant"]?.reporters == "1/3 workers")
        #expect(board["redis"] == ServiceStatus(state: .healthy))
    }

    @Test func `a silent worker's services are unknown`() {
        let board = ServiceBoard.judge([word(ServiceReport(.healthy)), ServiceBoard.Word(report: nil)])
        #expect(board["redis"]?.state == .unknown)
        #expect(board["redis"]?.reporters == "1/2 workers")
    }

    private func status(
        ready: Int, waiting: Int, qdrant: ServiceReport.State, slots: [SlotStatus] = [], phase: FleetPhase = .running
    ) -> FleetStatus {
        FleetStatus(
            phase: phase, slots: slots,
            services: [
                "redis": ServiceStatus(state: .healthy), "tei": ServiceStatus(state: .healthy),
                "qdrant": ServiceStatus(
                    state: qdrant,
                    reason: qdrant == .healthy ? nil : "connection refused (http://127.0.0.1:6333)"),
            ],
            workers: WorkerCounts(wanted: 4, ready: ready, waiting: waiting), queued: 812)
    }

    @Test func `a worker that has just been born does not spoil what another one knows`() {
        var newborn = word(ServiceReport(.unknown))
        newborn.report?.activity = .starting
        #expect(ServiceBoard.judge([word(ServiceReport(.healthy)), newborn])["qdrant"]?.state == .healthy)
        #expect(ServiceBoard.judge([newborn])["qdrant"]?.state == .unknown)
        newborn.report?.services["qdrant"] = ServiceReport(.unhealthy, reason: "connection refused")
        #expect(ServiceBoard.judge([word(ServiceReport(.healthy)), newborn])["qdrant"]?.state == .unhealthy)
    }

    @Test func `the line names what is wrong`() {
        let down = status(ready: 4, waiting: 4, qdrant: .unhealthy)
        #expect(down.health == .degraded)
        #expect(!down.isReady)
        #expect(
            down.summary
                == "degraded: qdrant connection refused (http://127.0.0.1:6333); 4/4 workers waiting, 812 jobs queued")
        let well = status(ready: 4, waiting: 0, qdrant: .healthy)
        #expect(well.summary == "healthy: 4/4 workers ready, 812 jobs queued")
        #expect(well.isReady)
    }

    @Test func `nobody to work on a job: not ready, however well the services are`() {
        #expect(!status(ready: 0, waiting: 0, qdrant: .healthy).isReady)
        let down = SlotStatus(slot: "web.1", program: "web", state: "backoff")
        let alone = FleetStatus(phase: .running, slots: [down], services: [:], workers: WorkerCounts(), queued: nil)
        #expect(alone.health == .unhealthy)
        #expect(!alone.isReady)
    }

    @Test func `unknown is not healthy, nobody working is unhealthy, backoff is degraded`() {
        #expect(status(ready: 4, waiting: 0, qdrant: .unknown).health == .degraded)
        #expect(status(ready: 0, waiting: 0, qdrant: .healthy).health == .unhealthy)
        let slot = SlotStatus(slot: "worker.2", program: "worker", state: "backoff")
        let limping = status(ready: 3, waiting: 0, qdrant: .healthy, slots: [slot])
        #expect(limping.health == .degraded)
        #expect(limping.summary == "degraded: worker.2 in backoff; 3/4 workers ready, 812 jobs queued")
    }
}
