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
        try await supervisor.until("it wrote") { supervisor.file("predecessor") == "w-\(first)|killed by SIGKILL" }
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
        #expect(supervisor.file("predecessor-3") == "life 1|killed by SIGKILL")
    }

    @Test func `a worker that ignores TERM is killed at the deadline: 124`() async throws {
        let supervisor = try RunningSupervisor(
            worker: "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + RunningSupervisor.plainWorker,
            environment: ["PULSE_STOP_TIMEOUT": "1s"])
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 124)
        #expect(kill(worker, 0) == -1)
    }

    @Test func `a second TERM shortens the wait`() async throws {
        let supervisor = try RunningSupervisor(
            worker: "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + RunningSupervisor.plainWorker)
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        supervisor.signal(SIGTERM)
        try await supervisor.until("it ends") {
            // Echoes within a second change nothing; one of the later ones ends it, long before the 60 s.
            supervisor.signal(SIGTERM)
            return !supervisor.isRunning
        }
        #expect(try await supervisor.exitCode() == 124)
    }

    @Test func `a stopped worker is continued so that it hears TERM`() async throws {
        let supervisor = try RunningSupervisor(worker: RunningSupervisor.plainWorker)
        defer { supervisor.remove() }
        let worker = try await supervisor.untilReady()
        kill(worker, SIGSTOP)
        supervisor.signal(SIGTERM)
        #expect(try await supervisor.exitCode() == 0)
    }

    @Test func `a second supervisor in the same folder exits 100 and harms nothing`() async throws {
        let first = try RunningSupervisor(worker: RunningSupervisor.plainWorker)
        defer { first.remove() }
        _ = try await first.untilReady()
        let second = try RunningSupervisor(worker: RunningSupervisor.plainWorker, in: first.folder)
        #expect(try await second.exitCode() == 100)
        #expect(second.log.contains("held by another pulse-supervisor (pid \(first.pid))"))
        #expect(first.get("/livez")?.status == 200)
        first.signal(SIGTERM)
        #expect(try await first.exitCode() == 0)
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

    @Test func `a crash loop gives up with 1`() async throws {
        let supervisor = try RunningSupervisor(
            worker: "speak('READY=1')\nsys.exit(3)",
            environment: ["PULSE_RESTART_LIMIT": "3", "PULSE_BACKOFF_BASE": "0"])
        defer { supervisor.remove() }
        #expect(try await supervisor.exitCode() == 1)
        #expect(supervisor.log.contains("gave up: worker died more often"))
    }

    @Test func `workers learn by the lifeline that the supervisor is gone`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                speak('READY=1')
                os.read(3, 1)
                open(folder + "/eof-" + os.environ["PULSE_SLOT"], "w").close()
                """, environment: ["PULSE_WORKERS": "3"])
        defer { supervisor.remove() }
        try await supervisor.until("all are ready") { try supervisor.document()?.workers.ready == 3 }
        supervisor.signal(SIGKILL)
        try await supervisor.until("all three saw it") {
            (1...3).allSatisfy { supervisor.file("eof-worker.\($0)") != nil }
        }
    }

    @Test func `a child starts clean`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                status = [l for l in open("/proc/self/status") if l.startswith("Sig")]
                fds = sorted(int(f) for f in os.listdir("/proc/self/fd"))
                import json, resource
                json.dump({"blocked": status[2].split()[1], "ignored": status[3].split()[1], "fds": fds,
                    "stdin": os.readlink("/proc/self/fd/0"), "three": os.readlink("/proc/self/fd/3"),
                    "four": os.readlink("/proc/self/fd/4"), "group": os.getpgid(0) == os.getpid(),
                    "names": sorted(os.environ)}, open(folder + "/dump.new", "w"))
                os.rename(folder + "/dump.new", folder + "/dump")
                speak('READY=1')
                while True: signal.pause()
                """,
            environment: [
                "WATCHDOG_USEC": "5", "WATCHDOG_PID": "1", "LISTEN_FDS": "1", "FDSTORE": "1", "INVOCATION_ID": "x",
            ])
        defer { supervisor.remove() }
        _ = try await supervisor.untilReady()
        let text = try #require(supervisor.file("dump"))
        let dump = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(dump["blocked"] as? String == "0000000000000000")
        // Python itself ignores SIGPIPE and SIGXFSZ; bits 32 and 33 are glibc's own.
        let ignored = UInt64(dump["ignored"] as? String ?? "", radix: 16) ?? .max
        #expect(ignored & ~0x1_8100_1000 == 0)
        // 5 is Python's own notify socket, 6 the folder just being listed.
        #expect(dump["fds"] as? [Int] == [0, 1, 2, 3, 4, 5, 6])
        #expect(dump["stdin"] as? String == "/dev/null")
        #expect((dump["three"] as? String)?.hasPrefix("pipe:") == true)
        #expect((dump["four"] as? String)?.hasSuffix("/worker.1.lock") == true)
        #expect(dump["group"] as? Bool == true)
        let names = try #require(dump["names"] as? [String])
        for name in ["WATCHDOG_PID", "LISTEN_FDS", "FDSTORE", "INVOCATION_ID"] { #expect(!names.contains(name)) }
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "PULSE_SLOT"] { #expect(names.contains(name)) }
    }

    @Test func `a stranger's READY is not believed`() async throws {
        let supervisor = try RunningSupervisor(
            worker: """
                count = 0
                while not os.path.exists(folder + "/go"):
                    count += 1
                    speak("STATUS=genuine %d" % count)
                    time.sleep(0.02)
                speak("READY=1")
                while True: signal.pause()
                """)
        defer { supervisor.remove() }
        try await supervisor.until("it speaks") { try supervisor.slot("worker.1")?.text != nil }
        let end = pulse_unix_socket(2)
        defer { close(end) }
        #expect(unsafe pulse_connect_unix(end, supervisor.runtime + "/worker.1.notify") == 0)
        let forged = Array("READY=1\nSTATUS=forged".utf8)
        #expect(unsafe send(end, forged, forged.count, 0) == forged.count)
        // Two later genuine messages: the forged one before them has been read.
        for _ in 0..<2 {
            let before = try supervisor.slot("worker.1")?.text
            try await supervisor.until("it speaks again") { try supervisor.slot("worker.1")?.text != before }
        }
        #expect(try supervisor.slot("worker.1")?.state == "starting")
        _ = FileManager.default.createFile(atPath: supervisor.folder + "/go", contents: nil)
        _ = try await supervisor.untilReady()
    }

    @Test func `a hung worker gets ABRT and is replaced`() async throws {
        let supervisor = try RunningSupervisor(
            worker: RunningSupervisor.plainWorker,
            // It hangs again and again; giving up would end the test before a busy machine has looked.
            environment: ["PULSE_WATCHDOG": "500ms", "PULSE_REPORT_INTERVAL": "200ms", "PULSE_RESTART_LIMIT": "0"])
        defer { supervisor.remove() }
        let first = try await supervisor.untilReady()
        try await supervisor.until("it is replaced") {
            let pid = try supervisor.slot("worker.1")?.pid
            return pid != nil && pid != first
        }
        #expect(supervisor.log.contains("killed by SIGABRT"))
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
