import Testing

@testable import JobQueue

@Suite struct DeathEvidenceTests {
    private func worker(
        _ name: String, node: String = "n", boot: String = "b", namespace: UInt64 = 1, pid: Int32 = 10,
        start: UInt64 = 100
    ) -> WorkerIdentity {
        WorkerIdentity(name: name, node: node, bootID: boot, pidNamespace: namespace, pid: pid, startTime: start)
    }

    private func evidence(_ other: WorkerIdentity, startTime: UInt64?) -> DeathEvidence {
        evidence(other, startTime.map { .running(startTime: $0) } ?? .gone)
    }

    private func evidence(
        _ other: WorkerIdentity, by observer: WorkerIdentity? = nil, _ sighting: ProcessSighting
    ) -> DeathEvidence {
        DeathEvidence.of(other, seenBy: observer ?? worker("me", pid: 1)) { _ in sighting }
    }

    @Test func `a pid is evidence only within one boot and one pid namespace`() {
        #expect(evidence(worker("other"), startTime: nil) == .processGone)
        #expect(evidence(worker("other"), startTime: 100) == .alive)
        #expect(evidence(worker("other", namespace: 2), startTime: nil) == .onlyByExpiry(rebooted: false))
        #expect(evidence(worker("other", boot: "c"), startTime: nil) == .onlyByExpiry(rebooted: true))
        #expect(evidence(worker("other", node: "m", boot: "c"), startTime: nil) == .onlyByExpiry(rebooted: false))
    }

    @Test func `a number given to another process is no sign of life`() {
        #expect(evidence(worker("other"), startTime: 101) == .processGone)
    }

    @Test func `a process that cannot be looked at is not taken for dead`() {
        #expect(evidence(worker("other"), .hidden) == .onlyByExpiry(rebooted: false))
        #expect(evidence(worker("other", start: 0), .running(startTime: 7)) == .onlyByExpiry(rebooted: false))
        #expect(
            evidence(worker("other", boot: "", namespace: 0), by: worker("me", boot: "", namespace: 0), .gone)
                == .onlyByExpiry(rebooted: false))
    }

    @Test func `a worker never buries itself`() { #expect(evidence(worker("me"), startTime: nil) == .alive) }

    @Test func `this process is seen alive, a zombie or nobody is not`() {
        let me = ThisProcess.identity(node: nil, slot: "worker.1")
        #expect(
            ThisProcess.sighting(of: me.pid) == .running(startTime: me.startTime) && me.startTime > 0
                && !me.bootID.isEmpty
                && me.pidNamespace > 0)
        #expect(ThisProcess.sighting(of: 0x7fff_fff0) == .gone)
        #expect(ThisProcess.sighting(of: 0) == .gone)
    }

    @Test func `names are unique and hold nothing RQ's keys or tools could stumble over`() {
        #expect(
            WorkerIdentity.name(node: "my host:1", slot: "worker.1", random: 0xab)
                == "pulse-my-host-1-worker.1-000000ab")
    }
}
