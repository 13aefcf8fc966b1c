import Dispatch
import Synchronization
import Testing

@testable import Indexing

@Suite struct `Where a document is cut` {
    @Test func `only a large document is cut apart`() {
        #expect(WorkPlace(bytes: 60_000) == .here)
        #expect(WorkPlace(bytes: 20 << 20) == .apart)
    }

    @Test(.timeLimit(.minutes(1))) func `large documents are cut one at a time`() async throws {
        let crowd = Crowd()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await WorkPlace.apart.run {
                        crowd.enter()
                        // Long enough for another to come in, were it let in.
                        let sum = (0..<200_000).reduce(0, &+)
                        crowd.leave()
                        return sum &+ number
                    }
                }
            }
            for try await _ in group {}
        }
        #expect(crowd.most == 1)
    }

    @Test(.timeLimit(.minutes(1))) func `a document that is given up while others are cut leaves at once`() async throws
    {
        let gate = DispatchSemaphore(value: 0)
        let (begun, begins) = AsyncStream<Void>.makeStream()
        let large = Task {
            try await WorkPlace.apart.run {
                begins.yield()
                _ = gate.wait(timeout: .now() + 60)
            }
        }
        for await _ in begun { break }
        let wasCut = Mutex(false)
        let given = Task { try await WorkPlace.apart.run { wasCut.withLock { $0 = true } } }
        given.cancel()
        await #expect(throws: CallFailure.cancelled) { try await given.value }
        gate.signal()
        try await large.value
        try await WorkPlace.apart.run {}
        #expect(!wasCut.withLock { $0 })
    }

    private final class Crowd: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func leave() { counts.withLock { $0.now -= 1 } }
        var most: Int { counts.withLock { $0.most } }
    }
}
