import Testing

@testable import JobQueue

/// What a small pickle may cost in time: a few KB of zlib stand for millions of opcodes.
@Suite struct PickleCostTests {
    /// On a stack that is deep already, `appends` lists take one value each.
    private func pickle(depth: Int, appends: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x80, 4, 0x28]
        bytes += [UInt8](repeating: 0x4e, count: depth)
        bytes.append(0x5d)
        for _ in 0..<appends { bytes += [0x4e, 0x61] }
        return bytes + [0x74, 0x2e]
    }

    private func seconds(_ bytes: [UInt8]) throws -> Duration {
        try ContinuousClock().measure { _ = try PickleDecoder().decode(bytes) }
    }

    @Test func `taking values off a deep stack costs what is taken, not what lies below`() throws {
        let flat = try seconds(pickle(depth: 200_000, appends: 0))
        let busy = try seconds(pickle(depth: 200_000, appends: 40_000))
        #expect(busy < flat * 4, "40,000 appends took \(busy) beside \(flat) without them")
    }
}
