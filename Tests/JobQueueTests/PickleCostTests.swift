import Testing

@testable import JobQueue

/// What a small pickle may cost in time: a few KB of zlib stand for millions of opcodes.
@Suite struct PickleCostTests {
    /// Each of so many APPENDs takes one value off a stack that is deep already. Were what lies below copied each time, this
    /// would take minutes on any machine; it takes a moment.
    @Test(.timeLimit(.minutes(1)))
    func `taking values off a deep stack costs what is taken, not what lies below`() throws {
        var bytes: [UInt8] = [0x80, 4, 0x28] + [UInt8](repeating: 0x4e, count: 200_000) + [0x5d]
        for _ in 0..<200_000 { bytes += [0x4e, 0x61] }
        let value = try PickleDecoder().decode(bytes + [0x74, 0x2e])
        guard case .tuple(let items) = value, case .list(let taken)? = items.last else {
            Issue.record("it is a \(value.typeName)")
            return
        }
        #expect(items.count == 200_001 && taken.count == 200_000)
    }
}
