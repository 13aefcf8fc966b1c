import Foundation
import Testing

@testable import pulsectl

@Suite struct `What the doctor reads` {
    @Test func `a stranger is known by its first bytes`() {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        #expect(Speaker.afterPing(bytes("+PONG\r\n")) == .redis)
        #expect(Speaker.afterPing(bytes("-NOAUTH Authentication required.\r\n")) == .redis)
        #expect(Speaker.afterPing(bytes("HTTP/1.1 400 Bad Request\r\n")) == .http)
        #expect(Speaker.afterPing(bytes("SSH-2.0-OpenSSH_9.2\r\n")) == .ssh)
        #expect(Speaker.afterPing([0x15, 3, 1, 0, 2, 2, 70]) == .tls)
        #expect(Speaker.afterPing(bytes("220 mail.example ESMTP\r\n")) == .other("220 mail.example ESMTP"))
        #expect(Speaker.afterPing([]) == nil && Speaker.afterPing([0, 1]) == nil)
        let settings: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100]
        #expect(Speaker.afterPing(settings) == .grpc && Speaker.afterPreface(settings) == .grpc)
        #expect(Speaker.afterPreface(bytes("HTTP/1.1 400 Bad Request\r\n")) == nil)
    }

    @Test func `failures that differ in numbers and addresses only are one group`() {
        let jobs = (0..<5).map {
            FailedJob(reason: "tei answered HTTP 413 for https://example.com/\($0)", worker: "w\($0 % 2)")
        }
        let others = [FailedJob(reason: "ImportError: cannot import name 'x'", worker: "py")]
        let groups = FailureGroup.of(others + jobs)
        #expect(groups.map(\.count) == [5, 1] && groups.map(\.kind) == [.other, .pythonImport])
        #expect(groups.first?.workersText == "w0 (3), w1 (2)")
    }

    @Test func `Python's errors are known by their names`() {
        #expect(FailureGroup.kind(of: "ValueError: Invalid attribute name: worker.run") == .pythonImport)
        #expect(FailureGroup.kind(of: "AttributeError: module 'worker' has no attribute 'run'") == .pythonAttribute)
        #expect(FailureGroup.kind(of: "signal only works in main thread of the main interpreter") == .pythonSignal)
        #expect(FailureGroup.kind(of: "qdrant: HTTP 400") == .other)
    }

    @Test func `an address is taken apart, and known as this very host`() {
        let address = Address(url: "https://[2001:db8::1]:8443/tei")
        #expect(address.host == "2001:db8::1" && address.port == 8443 && address.isEncrypted && !address.isLoopback)
        #expect(Address(url: "http://tei").port == 80 && Address(url: "https://tei/x").port == 443)
        for host in ["localhost", "127.0.0.2", "[::1]"] { #expect(Address(url: "http://\(host):1").isLoopback) }
    }

    @Test func `a date of HTTP is a moment`() {
        #expect(HTTPDate.iso("Sun, 06 Nov 1994 08:49:37 GMT") == "1994-11-06T08:49:37Z")
        for text in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "x x x x x GMT"] {
            #expect(HTTPDate.iso(text) == nil, "\(text)")
        }
    }

    @Test func `no_proxy is read as curl reads it`() {
        #expect(NoProxy.covers("tei.example.com", "localhost, .example.com"))
        #expect(NoProxy.covers("example.com", ".example.com") && NoProxy.covers("any", "*"))
        #expect(!NoProxy.covers("badexample.com", "example.com") && !NoProxy.covers("tei", ""))
    }

    @Test func `a unit is read with its drop-ins, the last word wins`() {
        let unit = UnitText([
            "[Unit]\nUser=nobody\n[Service]\n# User=root\nUser=pulse\nExecStart=/usr/libexec/pulse/pulse-supervisor \\\n  --env-file /etc/pulse/pulse.env\nWatchdogSec=30\n",
            "[Service]\nWatchdogSec=\nIPAddressDeny=any\n",
        ])
        #expect(unit["User"] == "pulse" && unit["WatchdogSec"] == nil && unit.envFile == "/etc/pulse/pulse.env")
        #expect(unit.sandbox == "IPAddressDeny=any")
        #expect(UnitText(["[Service]\nPrivateNetwork=no\nExecStart=/x --env-file=/y\n"]).sandbox == nil)
    }

    @Test func `a host is read from its files`() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "pd-\(UUID().uuidString.prefix(8))").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
            let url = URL(filePath: root + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        }
        try write(
            "/lib/systemd/system/pulse.service",
            "[Service]\nUser=pulse\nGroup=pulse\nExecStart=/x --env-file /etc/pulse/pulse.env\nWatchdogSec=30\n")
        try write("/etc/passwd", "root:x:0:0::/:/bin/sh\npulse:x:64321:64321::/:/bin/sh\n")
        try write("/etc/group", "pulse:x:64321:\n")
        try write("/etc/pulse/pulse.env", "PULSE_WORKERS=2\n", mode: 0o600)
        try write("/proc/42/comm", "qdrant\n")
        try write("/sys/fs/cgroup/system.slice/pulse.service/memory.max", "max\n")
        try write("/sys/fs/cgroup/system.slice/pulse.service/memory.events", "oom 3\noom_kill 2\n")
        let files = HostFiles(root: root)
        let first = UnitFacts(files, supervisor: nil)
        #expect(
            first.isInstalled && !first.isEnabled && first.hasWatchdog && first.memoryLimit == nil && first.kills == 2)
        #expect(
            first.envFileProblem == "/etc/pulse/pulse.env cannot be read by the user pulse, as whom pulse.service runs")
        try write("/etc/pulse/pulse.env", "PULSE_WORKERS=2\n", mode: 0o644)
        try write("/etc/systemd/system/multi-user.target.wants/pulse.service", "")
        try write("/etc/systemd/system/pulse.service.d/10.conf", "[Service]\nWatchdogSec=0\n")
        let second = UnitFacts(files, supervisor: nil)
        #expect(second.isEnabled && !second.hasWatchdog && second.envFileProblem == nil)
        let host = HostFacts(files, environment: ["http_proxy": "http://user:secret@proxy:3128", "no_proxy": "x"])
        #expect(host.processes[.qdrant] == 42 && !host.isContainer && host.noProxy == "x")
        #expect(host.proxies == [HostFacts.Variable(name: "http_proxy", value: "http://proxy:3128")])
        try write("/.dockerenv", "")
        #expect(HostFacts(files, environment: [:]).isContainer)
    }
}
