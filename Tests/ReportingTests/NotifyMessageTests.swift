import Glibc
import Reporting
import Testing

@Suite struct `Notify messages` {
    @Test func `every key we know is read and others are skipped`() {
        let text =
            "READY=1\nSTATUS=serving\nX_OTHER=2\nnonsense\nWATCHDOG=1\nEXTEND_TIMEOUT_USEC=5000000\nX_PULSE_REPORT={}"
        var expected = NotifyMessage()
        expected.ready = true
        expected.status = "serving"
        expected.watchdog = true
        expected.extendTimeoutMicroseconds = 5_000_000
        expected.report = "{}"
        #expect(NotifyMessage.parse(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [[], [0x3D], [0x0A, 0x0A], [0xFF, 0x3D, 0xFE], Array("READY".utf8), Array("READY=0".utf8)]
            as [[UInt8]])
    func `rubbish says nothing`(bytes: [UInt8]) {
        #expect(NotifyMessage.parse(bytes) == NotifyMessage())
    }

    @Test func `text that would run backwards on a terminal does not`() {
        #expect(NotifyMessage.printable("a\u{202E}b\u{2066}c\u{2028}d") == "a b c d")
    }

    @Test func `a status loses its control characters`() {
        let message = NotifyMessage.parse(Array("STATUS=a\u{1B}[2Jb\u{7}c\u{85}d".utf8))
        #expect(message.status == "a [2Jb c d")
    }

    @Test func `the sender speaks as libsystemd does`() throws {
        let inbox = try DatagramInbox()
        let ours = try #require(NotifySender(path: inbox.path))
        #expect(ours.send("READY=1\nSTATUS=fine"))
        #expect(inbox.receive() == "READY=1\nSTATUS=fine")
    }

    @Test func `a full reader drops messages instead of blocking`() throws {
        let inbox = try DatagramInbox()
        let ours = try #require(NotifySender(path: inbox.path))
        var attempts = 0
        while ours.send("WATCHDOG=1"), attempts < 10_000 { attempts += 1 }
        #expect(ours.dropped == 1)
    }

    @Test(arguments: [nil, "", "relative", "@", "/" + String(repeating: "x", count: 120)] as [String?])
    func `an address nobody can have makes no sender`(path: String?) {
        #expect(NotifySender(path: path) == nil)
    }

    @Test func `nobody listening is counted, not fatal`() throws {
        let ours = try #require(NotifySender(path: "/nonexistent/notify"))
        #expect(!ours.send("READY=1"))
        #expect(ours.dropped == 1)
    }
}

/// A datagram socket in a folder of its own.
private final class DatagramInbox {
    let path: String
    private let descriptor: Int32
    private let folder: String

    init() throws {
        var template = Array("/tmp/pulse-notify-XXXXXX".utf8CString)
        folder = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = unsafe mkdtemp(base) else { return "/tmp" }
            return unsafe String(cString: made)
        }
        path = folder + "/s"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
        unsafe rmdir(folder)
    }

    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
