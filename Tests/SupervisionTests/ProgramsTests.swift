import Testing

@testable import Supervision

@Suite struct `Programs and their environment` {
    @Test func `a Procfile is names and commands`() throws {
        let text = "# stack\nredis: redis-server --port 0\n\n web :  a | b \n"
        let lines = try Procfile.parse(text)
        #expect(try Procfile.parse(text.replacing("\n", with: "\r\n")) == lines)
        #expect(lines.map(\.name) == ["redis", "web"])
        #expect(lines.map(\.command) == ["redis-server --port 0", "a | b"])
    }

    @Test(arguments: ["nonsense", "a b: c", "x:", "x: 1\nx: 2", "worker: y", ": z", "../x: y"])
    func `what is no Procfile is refused with its line`(text: String) {
        #expect(throws: ProcfileError.self) { try Procfile.parse(text) }
    }

    @Test(arguments: [
        ("redis-server --port 0", false), ("echo 'a;b' \"c|d\"", false), ("a\\;b", false), ("a | b", true),
        ("a && b", true), ("a > log", true), ("X=1 a", true), ("cd /tmp", true), ("(a)", true), ("echo $HOME", false),
    ])
    func `only a command with operators keeps the shell`(text: String, expected: Bool) {
        #expect(ShellCommand(text).hasOperators == expected)
    }

    @Test func `a plain command replaces the shell`() {
        #expect(ShellCommand("a b").arguments(deathSignalTool: nil) == ["/bin/sh", "-c", "exec a b"])
        #expect(
            ShellCommand("a; b").arguments(deathSignalTool: "/usr/bin/setpriv")
                == ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", "/bin/sh", "-c", "a; b"])
    }

    @Test func `unknown names in --scale and --notify are refused`() throws {
        func make(scale: [String: Int] = [:], notify: Set<String> = [], workers: Int = 1) throws(ProgramsError) {
            _ = try Programs.make(
                worker: "w", workers: workers, procfile: [], scale: scale, notifying: notify, startTimeout: 1,
                watchdog: 1, deathSignalTool: nil)
        }
        try make(scale: ["worker": 3])
        #expect(throws: ProgramsError.self) { try make(scale: ["web": 1]) }
        #expect(throws: ProgramsError.self) { try make(notify: ["web"]) }
        #expect(throws: ProgramsError.self) { try make(workers: 0) }
    }

    @Test func `a front is one more program, and its name is taken while it is there`() throws {
        func make(_ api: String?, procfile: [Procfile.Line] = [], scale: [String: Int] = [:]) throws -> [Program] {
            try Programs.make(
                worker: "w", workers: 0, api: api, procfile: procfile, scale: scale, notifying: [], startTimeout: 9,
                watchdog: 3, deathSignalTool: nil)
        }
        let web = Procfile.Line(name: "api", command: "uvicorn")
        let front = try make("/p/pulse-api")
        #expect(front.map(\.name) == ["worker", "api"] && front.map(\.count) == [0, 1])
        #expect(front[1].kind == .api && front[1].readiness == .notified(within: 9) && front[1].watchdog == 3)
        #expect(try make("a", scale: ["api": 2])[1].count == 2)
        #expect(throws: ProgramsError.self) { try make("a", scale: ["api": 0]) }
        #expect(throws: ProgramsError.self) { try make("a", procfile: [web]) }
        #expect(try make(nil, procfile: [web]).map(\.kind) == [.worker, .procfile(hasOperators: false)])
    }

    @Test func `the front's secrets reach the front and the Procfile's programs, no worker`() {
        let names = ["PULSE_API", "PULSE_API_SECRET", "WEBHOOK_API_SECRET", "PULSE_WEBHOOK_SECRET", "WEBHOOK_SECRET"]
        let environment = ChildEnvironment(
            environment: names.prefix(2).reduce(into: ["PULSE_LISTENER_FD": "7"]) { $0[$1] = "x" },
            file: names.dropFirst(2).reduce(into: [:]) { $0[$1] = "x" }, runtimeDirectory: "/run/pulse", settings: [])
        func found(_ kind: Program.Kind) -> Set<String> {
            let variables = environment.variables(
                slot: "s", kind: kind, mark: "M=1", notifySocket: "n", watchdog: nil, startup: .wait, predecessor: nil)
            return Set(variables).intersection(
                names.map { $0 + "=x" } + ["PULSE_LISTENER_FD=5", "PULSE_LISTENER_FD=7"])
        }
        #expect(found(.worker) == [])
        #expect(found(.api) == Set(names.map { $0 + "=x" } + ["PULSE_LISTENER_FD=5"]))
        #expect(found(.procfile(hasOperators: false)) == Set(names.map { $0 + "=x" }))
    }

    @Test func `who tells of a change of health gets its own, and nobody else does`() {
        let environment = ChildEnvironment(
            environment: ["PATH": "/bin", "PULSE_HEALTH": "outer", "NOTIFY_SOCKET": "n", "OWN": "1"],
            file: [
                "PULSE_ALERT_WEBHOOK": "https://h/key", "PULSE_ON_HEALTH_CHANGE": "true", "PULSE_TEI_API_KEY": "key",
            ],
            runtimeDirectory: "/run/pulse",
            settings: ["PULSE_ALERT_WEBHOOK", "PULSE_ON_HEALTH_CHANGE", "PULSE_TEI_API_KEY", "PULSE_RUNTIME_DIR"])
        func told(_ way: AlertWay) -> Set<String> {
            Set(environment.variables(way, mark: "M=1", health: .degraded, previous: .healthy, reason: "why"))
        }
        let both: Set = [
            "PATH=/bin", "OWN=1", "PULSE_RUNTIME_DIR=/run/pulse", "M=1", "PULSE_HEALTH=degraded",
            "PULSE_PREVIOUS_HEALTH=healthy", "PULSE_HEALTH_REASON=why",
        ]
        #expect(told(.hook) == both)
        #expect(told(.webhook) == both.union(["PULSE_ALERT_WEBHOOK=https://h/key"]))
        for kind in [Program.Kind.worker, .api] {
            let names = environment.variables(
                slot: "s", kind: kind, mark: "M=1", notifySocket: "n", watchdog: nil, startup: .wait, predecessor: nil
            ).map { String($0.prefix { $0 != "=" }) }
            #expect(!names.contains("PULSE_ALERT_WEBHOOK") && !names.contains("PULSE_ON_HEALTH_CHANGE"))
            #expect(names.contains("PULSE_TEI_API_KEY") && !names.contains("PULSE_HEALTH"))
        }
    }

    @Test func `children get nothing that was meant for us`() {
        let ours = [
            "PATH": "/bin", "NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1",
            "LISTEN_FDS": "1", "FDSTORE": "1", "INVOCATION_ID": "x", "PULSE_SLOT": "outer.1", "SHARED": "ours",
        ]
        let environment = ChildEnvironment(
            environment: ours, file: ["SHARED": "file", "ONLY_FILE": "1"], runtimeDirectory: "/run/pulse", settings: [])
        let variables = environment.variables(
            slot: "worker.1", kind: .worker, mark: "PULSE_INCARNATION=1/worker.1/1",
            notifySocket: "/run/pulse/worker.1.notify",
            watchdog: .seconds(30), startup: .wait,
            predecessor: "host.7|killed by SIGKILL")
        #expect(
            Set(variables) == [
                "PATH=/bin", "SHARED=ours", "ONLY_FILE=1", "PULSE_RUNTIME_DIR=/run/pulse", "PULSE_LIFELINE_FD=3",
                "PULSE_LOCK_FD=4", "PULSE_SLOT=worker.1", "PULSE_INCARNATION=1/worker.1/1",
                "NOTIFY_SOCKET=/run/pulse/worker.1.notify",
                "PULSE_STARTUP=wait", "WATCHDOG_USEC=30000000", "PULSE_PREDECESSOR=host.7|killed by SIGKILL",
            ])
    }

    @Test func `the watchdog is ours only if it names us`() {
        #expect(
            ServiceManager.pingInterval(environment: ["WATCHDOG_USEC": "2000000"], pid: 5) == .seconds(1))
        #expect(
            ServiceManager.pingInterval(environment: ["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "5"], pid: 5)
                == .seconds(1))
        #expect(
            ServiceManager.pingInterval(environment: ["WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "6"], pid: 5) == nil)
        #expect(ServiceManager.pingInterval(environment: ["WATCHDOG_USEC": "x"], pid: 5) == nil)
    }
}
