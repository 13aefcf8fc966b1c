import CLinux
import Foundation
import Reporting
import Testing

@Suite struct `The supervisor as a process` {
    @Test func `a killed worker is back, knows its predecessor, and one thread did it`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                speak('READY=1')
                speak('X_PULSE_REPORT={"v":1,"worker":"w-%d","activity":"serving","services":{},"done":0,"failed":0,'
                      '"retried":0,"in_flight":0,"current":[],"unlisted":0}' % os.getpid())
                open(folder + "/predecessor", "w").write(os.environ.get("PULSE_PREDECESSOR", "none"))
                while True: signal.pause()
                """)
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("it has reported") { try supervisor.slot("worker.1")?.report != nil }
        kill(first, SIGKILL)
        try await supervisor.until("a second one is ready") {
            let slot = try supervisor.slot("worker.1")
            return slot?.state == "ready" && slot?.pid != first
        }
        let slot = try #require(try supervisor.slot("worker.1"))
        #expect(slot.restarts == 1)
        #expect(slot.deaths.map(\.how) == ["killed by SIGKILL"])
        #expect(slot.deaths[0].maxResidentBytes ?? 0 > 1_000_000)
        try await supervisor.until("it wrote") {
            supervisor.file("predecessor")?.hasPrefix("w-\(first)|killed by SIGKILL, at most ") == true
        }
        let threads = try String(contentsOfFile: "/proc/\(supervisor.pid)/status", encoding: .utf8)
        #expect(threads.contains("Threads:\t1\n"))
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
        #expect(!FileManager.default.fileExists(atPath: supervisor.runtime), "the runtime directory is gone")
    }

    @Test func `an incarnation that dies nameless does not hide the one before it`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                number = len([f for f in os.listdir(folder) if f.startswith("life-")]) + 1
                open(folder + "/life-%d" % number, "w").close()
                if number == 2: sys.exit(3)
                open(folder + "/predecessor-%d" % number, "w").write(os.environ.get("PULSE_PREDECESSOR", "none"))
                speak('X_PULSE_REPORT={"v":1,"worker":"life %d","activity":"serving","services":{},"done":0,"failed":0,'
                      '"retried":0,"in_flight":0,"current":[],"unlisted":0}' % number)
                speak('READY=1')
                while True: signal.pause()
                """)
        defer { supervisor.remove() }
        kill(try await supervisor.untilReady(), SIGKILL)
        try await supervisor.until("a third one is ready") {
            let state = try supervisor.slot("worker.1")?.state
            return state == "ready" && supervisor.file("predecessor-3") != nil
        }
        #expect(supervisor.file("predecessor-3")?.hasPrefix("life 1|killed by SIGKILL, at most ") == true)
    }

    @Test(arguments: [
        (["--worker", "/nowhere/worker"], ["PULSE_WORKERS": "1"], "the worker /nowhere/worker: No such file"),
        (["--procfile", "/nowhere/Procfile"], [:], "--procfile /nowhere/Procfile: cannot be read: No such file"),
        ([], ["PULSE_WORKES": "1"], "PULSE_WORKES is not a setting of Pulse; did you mean PULSE_WORKERS?"),
        ([], ["PULSE_REDIS_URL": "http://x"], "PULSE_REDIS_URL"), (["--nonsense"], [:], "nonsense"),
        (["--scale", "web=2"], [:], "--scale web: no such program"), (["--scale", "web"], [:], "takes name=n"),
        ([], ["PULSE_WORKERS": "0"], "nothing to run"),
    ])
    func `a wrong configuration exits 78 and says what`(
        arguments: [String], environment: [String: String], words: String
    ) async throws {
        let supervisor = try RunningSupervisor(environment: environment, arguments: arguments)
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 78)
        #expect(supervisor.log.contains(words), "\(supervisor.log)")
        #expect(!FileManager.default.fileExists(atPath: supervisor.runtime))
    }

    @Test func `startup policy fail exits 69 and names the service`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                speak('X_PULSE_REPORT={"v":1,"worker":"w","activity":"starting","services":{"redis":{"state":"unhealthy",'
                      '"reason":"connection refused (redis://127.0.0.1:1)"}},"done":0,"failed":0,"retried":0,'
                      '"in_flight":0,"current":[],"unlisted":0}')
                while True: signal.pause()
                """, environment: ["PULSE_STARTUP_TIMEOUT": "3s"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 69)
        #expect(supervisor.log.contains("not started: redis connection refused (redis://127.0.0.1:1)"))
    }
}
