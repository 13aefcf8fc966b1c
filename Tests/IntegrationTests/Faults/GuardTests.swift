import Foundation
import Reporting
import Testing

/// The ten guards, each switched off in a debug build: what it guards against then happens, by the very test that carries the
/// fault's number.
@Suite struct `Guards: without them` {
    private static func without(_ name: String) -> [String: String] { ["PULSETEST_GUARDS_OFF": name] }

    @Test func `F55 without the slot lock a slot has two processes`() async throws {
        #expect(try await TakeOver.run(Self.without("slot-lock")) == 2)
    }

    @Test func `F62 without closefrom a child has what our parent left open`() async throws {
        let dump = try await `Faults: the service manager`.dump(Self.without("close-from"))
        #expect(dump.descriptors.contains("9"))
    }

    @Test func `F43 without the mask reset a child does not hear TERM`() async throws {
        #expect(try await `Faults: stops and signals`.hearsTerm(Self.without("mask-reset")) == 124)
    }

    @Test func `F24 without CONT a stopped child does not hear TERM`() async throws {
        #expect(try await Self.stopsStopped([:]) == 0)
        #expect(try await Self.stopsStopped(Self.without("cont")) == 124)
    }

    /// - Returns: the exit code when the worker is stopped as the TERM comes.
    private static func stopsStopped(_ environment: [String: String]) async throws -> Int32 {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: ["PULSE_STOP_TIMEOUT": "1s"].merging(environment) { $1 })
        defer { supervisor.remove() }
        kill(try await supervisor.untilReady(), SIGSTOP)
        supervisor.signal(SIGTERM)
        return try await supervisor.exitCode()
    }

    @Test func `F22 without the lag guard a frozen fleet is killed`() async throws {
        #expect(try await !`Faults: crashes and restarts`.survivesFreeze(Self.without("lag-guard")))
    }

    @Test func `F29 without credentials a stranger is believed`() async throws {
        #expect(try await `Faults: hangs and heartbeats`.believesStrangers(Self.without("credentials")))
    }

    @Test func `F07 without the drain before an exit last words are lost`() async throws {
        #expect(try await Self.hearsGoodbye([:]))
        #expect(try await !Self.hearsGoodbye(Self.without("drain-before-exit")))
    }

    /// A worker says STOPPING=1 and is gone before the supervisor looks.
    /// - Returns: whether that is taken for a goodbye, as it should be.
    private static func hearsGoodbye(_ environment: [String: String]) async throws -> Bool {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", plans: ["worker.1.1": "ready wait=go say=STOPPING=1 touch=gone exit=0"],
            environment: environment)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("it has served for a second") {
            try supervisor.slot("worker.1")?.uptimeSeconds ?? 0 > 1.1
        }
        supervisor.signal(SIGSTOP)
        try await supervisor.until("it stands still") { Kernel.stat(supervisor.pid).first == "T" }
        try supervisor.write("go", "")
        try await supervisor.until("the worker is dead") { !Kernel.lives(first) }
        supervisor.signal(SIGCONT)
        _ = try await supervisor.untilReplaced(first)
        return try supervisor.slot("worker.1")?.restarts == 0
    }

    @Test func `F04 without the reserve a client hangs where it could be turned away`() async throws {
        let supervisor = try RunningSupervisor(
            plan: "ready wait", environment: Self.without("reserve-descriptor"))
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let (_, client) = try await Descriptors.exhaust(supervisor)
        defer { close(client) }
        #expect(!Descriptors.isTurnedAway(supervisor))
    }

    @Test func `F48 without the sweep a daemon sits in the slot until the stop timeout`() async throws {
        #expect(try await !`Faults: grandchildren and orphans`.isSwept(Self.without("sweep")))
    }

    @Test func `F16 without jitter all come back in step`() async throws {
        let delays = try await `Faults: crashes and restarts`.delaysOfEight(
            ["PULSE_RESTART_LIMIT": "0"].merging(Self.without("jitter")) { $1 })
        #expect(Set(delays).count == 1, "\(delays)")
    }
}
