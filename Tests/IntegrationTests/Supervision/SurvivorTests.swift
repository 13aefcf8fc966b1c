import Foundation
import Reporting
import Testing

/// What a slot's former process left behind: found by the slot's lock, asked to go, and never doubled.
@Suite struct `Survivors` {
    @Test func `a shell's command that outlived shell and supervisor does not hold its slot for ever`() async throws {
        // The shell dies with the supervisor by setpriv's doing; the sleep it started does not.
        let procfile = "shell: echo begun >> $TEST_FOLDER/log; while :; do sleep 600 & wait; done\n"
        let first = try RunningSupervisor(procfile: procfile)
        defer { first.remove() }
        _ = try await first.untilReady("shell.1")
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        let second = try RunningSupervisor(procfile: procfile, in: first.folder)
        defer { second.remove() }
        _ = try await second.untilReady("shell.1")
        #expect(second.file("log") == "begun\nbegun\n")
        second.signal(SIGTERM)
        #expect(try await second.exitCode() == 0)
    }

    @Test func `a daemon in a session of its own is killed at the deadline and the slot filled again`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                if os.fork() == 0:
                    os.setsid()
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    open(folder + "/daemon", "a").write("%d\\n" % os.getpid())
                    while True: signal.pause()
                speak('READY=1')
                while True: signal.pause()
                """, environment: ["PULSE_STOP_TIMEOUT": "1s"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("the daemon runs") { supervisor.file("daemon")?.hasSuffix("\n") == true }
        let daemon = try #require(Int32(supervisor.file("daemon")?.split(separator: "\n").first ?? ""))
        kill(first, SIGKILL)
        try await supervisor.until("a second one is ready") {
            let slot = try supervisor.slot("worker.1")
            return slot?.state == "ready" && slot?.pid != first
        }
        #expect(kill(daemon, 0) == -1)
    }

    @Test func `a supervisor that stops beside a survivor leaves the survivor's lock`() async throws {
        let worker = """
            signal.signal(signal.SIGTERM, lambda *_: open(folder + "/asked", "w").close())
            speak('READY=1')
            while True: signal.pause()
            """
        let first = try RunningSupervisor(worker: worker)
        defer { first.remove() }
        let survivor = try await first.untilReady()
        first.signal(SIGKILL)
        try await first.until("it is dead") { !first.isRunning }
        let second = try RunningSupervisor(worker: worker, in: first.folder)
        defer { second.remove() }
        try await second.until("the survivor is asked") { second.file("asked") != nil }
        second.signal(SIGTERM)
        #expect(try await second.exitCode() == 0)
        #expect(kill(survivor, 0) == 0)
        // Without its name a third supervisor would lock another file and run a second process in the slot.
        #expect(second.file("run/worker.1.lock")?.hasPrefix("\(survivor)\n") == true)
    }
}
