import Glibc
import SupervisedProcess
import Synchronization
import Testing

@Suite struct `A process and its supervisor` {
    @Test func `that it is ready is said until it is heard`() {
        let path = "/tmp/announcer-\(UInt64.random(in: 0 ... .max))"
        let announcer = Announcer(environment: ["NOTIFY_SOCKET": path])
        announcer.ready()
        let ear = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(ear)
            unsafe unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(ear, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        for _ in 0..<2 { announcer.turned() }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe recv(ear, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "READY=1")
        #expect(unsafe recv(ear, &bytes, bytes.count, Int32(MSG_DONTWAIT)) < 0, "once is enough")
    }

    @Test func `it is not gone because another child does not want to wait at the pipe they share`() async {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        #expect(fcntl(readEnd, F_SETFL, O_NONBLOCK) == 0)
        defer { close(readEnd) }
        let isClosed = Mutex(false)
        let (arrivals, arrived) = AsyncStream<Bool>.makeStream()
        let (starts, started) = AsyncStream<Void>.makeStream()
        let watcher = Task.detached {
            started.yield()
            // It sleeps in poll(2); the pool of a test has threads to spare.
            Lifeline.waitForEnd(of: readEnd)
            arrived.yield(isClosed.withLock { $0 })
        }
        for await _ in starts { break }
        // For whoever does not wait to have come back by now.
        for _ in 0..<100 { await Task.yield() }
        isClosed.withLock { $0 = true }
        close(writeEnd)
        for await wasClosed in arrivals {
            #expect(wasClosed)
            break
        }
        await watcher.value
    }
}
