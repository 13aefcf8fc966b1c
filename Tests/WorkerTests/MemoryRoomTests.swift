import Testing

@testable import JobQueue
@testable import pulse_worker

@Suite struct `Room in memory for large jobs` {
    private static let megabyte = 1 << 20

    @Test func `large jobs run beside each other while there is room`() {
        #expect(running(of: [20, 20, 20]) == [20, 20])
        #expect(running(of: [20], beside: 40) == [])
    }

    @Test func `the largest may always run alone`() {
        #expect(running(of: [60]) == [60])
        #expect(running(of: [60], beside: 1) == [])
    }

    @Test func `nothing large overtakes the first that waits`() {
        #expect(running(of: [40, 5], beside: 20) == [])
        #expect(running(of: [20, 60, 1]) == [20])
    }

    @Test func `small jobs wait for no room`() {
        var waiting = WaitingJobs()
        waiting.append(Self.job("small", size: 1000))
        waiting.append(Self.job("large", size: 40 << 20))
        let next = waiting.takeNext(running: 5, isAlone: false, room: MemoryRoom(used: 40 << 20))
        #expect(next.map(\.id) == ["small"])
        #expect(waiting.all.map(\.id) == ["large"] && waiting.count == 1 && !waiting.isEmpty)
    }

    @Test func `a large job that killed workers waits for its turn alone and needs no room beside others`() {
        var waiting = WaitingJobs()
        waiting.append(Self.job("large", size: 60 << 20, crashes: 1))
        #expect(waiting.takeNext(running: 1, isAlone: false, room: MemoryRoom(used: 0)).isEmpty)
        #expect(waiting.takeNext(running: 0, isAlone: false, room: MemoryRoom(used: 0)).map(\.id) == ["large"])
    }

    @Test func `a decided large job waits no longer`() {
        let claims = Claims()
        let job = Self.job("large", size: 60 << 20)
        claims.begin(job)
        var waiting = WaitingJobs()
        waiting.append(job)
        claims.decide(.giveBack(why: "asked")) { _ in true }
        #expect(waiting.takeDecided(claims).map(\.id) == ["large"])
        #expect(waiting.isEmpty)
    }

    @Test func `only large jobs that run take room`() {
        let claims = Claims()
        let jobs = [Self.job("small", size: 1000), Self.job("large", size: 30 << 20), Self.job("next", size: 30 << 20)]
        for job in jobs { claims.begin(job) }
        claims.run(jobs[0])
        claims.run(jobs[1])
        #expect(claims.largeBytes == 30 << 20)
        claims.end(jobs[1])
        #expect(claims.largeBytes == 0)
    }

    /// Megabytes in the order they wait; those that may run.
    private func running(of sizes: [Int], beside used: Int = 0) -> [Int] {
        var waiting = WaitingJobs()
        for (index, size) in sizes.enumerated() { waiting.append(Self.job("\(index)", size: size * Self.megabyte)) }
        let room = MemoryRoom(used: used * Self.megabyte)
        return waiting.takeNext(running: 1, isAlone: false, room: room).map { $0.inflatedSize / Self.megabyte }
    }

    private static func job(_ id: String, size: Int, crashes: Int = 0) -> ClaimedJob {
        ClaimedJob(
            id: id, execution: id, queue: "indexing", function: "worker.index_document_job", serializer: .pickle,
            payload: .success(.documents([], isBatch: false)), createdAt: "", enqueuedAt: "", size: size / 4,
            inflatedSize: size, large: size > LargeJobs.smallest ? LargeJob(callbacks: []) : nil,
            isUnread: false, timeoutSeconds: nil, crashes: crashes, isHeld: false, retriesLeft: 0, isForced: false)
    }
}
