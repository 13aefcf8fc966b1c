import Synchronization
import Testing

@testable import Indexing

/// Many readers, few requests.
@Suite struct StateReadsTests {
    /// Answers requests when told to, and remembers what they asked for.
    private final class Server: Sendable {
        private struct State {
            var asked: [[String]] = []
            var held: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Mutex(State())

        var asked: [[String]] { state.withLock { $0.asked } }

        func answer(_ ids: [String]) async -> Result<[String: StateReads.Found], CallFailure> {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.asked.append(ids.sorted())
                    state.held.append(continuation)
                }
            }
            if ids.contains("fails") { return .failure(.fault(ServiceFault(.qdrant, .transient, "no"))) }
            let known = ids.filter { $0 != "missing" }
            return .success(Dictionary(uniqueKeysWithValues: known.map { ($0, (DocumentState(hash: $0), nil)) }))
        }

        func release() {
            let held = state.withLock { state in
                defer { state.held = [] }
                return state.held
            }
            for waiter in held { waiter.resume() }
        }
    }

    private func untilAsked(_ count: Int, _ server: Server) async throws {
        while server.asked.count < count { await Task.yield() }
    }

    @Test func `what is asked for while two reads are under way goes together`() async throws {
        let server = Server()
        let reads = StateReads { await server.answer($0) }
        let first = Task { try? await reads.state(of: "a") }
        try await untilAsked(1, server)
        let second = Task { try? await reads.state(of: "b") }
        try await untilAsked(2, server)
        let others = ["c", "missing", "c"].map { id in Task { try? await reads.state(of: id) } }
        while reads.waitingCount < 3 { await Task.yield() }
        server.release()
        try await untilAsked(3, server)
        #expect(server.asked == [["a"], ["b"], ["c", "missing"]])
        server.release()
        #expect(await first.value?.state.contentHash == "a")
        #expect(await second.value?.state.contentHash == "b")
        let (third, last) = (await others[0].value, await others[2].value)
        #expect(third?.state.contentHash == "c" && last?.state.contentHash == "c")
        #expect(await others[1].value == nil)
    }

    @Test func `a reader that is cancelled does not wait for the request`() async throws {
        let server = Server()
        let reads = StateReads { await server.answer($0) }
        let reader = Task { () -> CallFailure? in
            do throws(CallFailure) {
                _ = try await reads.state(of: "a")
                return nil
            } catch {
                return error
            }
        }
        try await untilAsked(1, server)
        reader.cancel()
        #expect(await reader.value == .cancelled)
        server.release()
    }

    @Test func `a failure is everybody's who asked with it`() async throws {
        let server = Server()
        let reads = StateReads { await server.answer($0) }
        let reader = Task { try await reads.state(of: "fails") }
        try await untilAsked(1, server)
        server.release()
        await #expect(throws: CallFailure.self) { try await reader.value }
    }
}

extension DocumentState {
    fileprivate init(hash: String) {
        self.init(
            contentHash: hash, metaHash: "", chunkCount: 1, chunkHigh: 1, totalTokens: 1, generation: .init(stored: ""))
    }
}
