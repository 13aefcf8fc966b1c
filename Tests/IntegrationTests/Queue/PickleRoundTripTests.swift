import Foundation
import SeededRandom
import Testing

@testable import JobQueue

/// Our pickles and Python's own, both ways. `PULSE_PICKLE_SEED` makes a run again whose failure named its seed.
@Suite struct PickleRoundTripTests {
    private static let seed =
        ProcessInfo.processInfo.environment["PULSE_PICKLE_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64(UInt32.max))

    @Test func `python reads 10,000 random values as we wrote them, in both styles`() async throws {
        var values = RandomPickleValues(seed: Self.seed)
        var compact: [PickleExchange.Pair] = []
        var pythonic: [PickleExchange.Pair] = []
        for _ in 0..<10_000 {
            let value = values.next()
            let plain = PickleExchange.plain(value)
            compact.append(.init(pickle: PickleEncoder.encode(value, style: .compact), expected: plain))
            pythonic.append(.init(pickle: PickleEncoder.encode(value, style: .pythonic), expected: plain))
        }
        let exchange = try PickleExchange()
        let asRead = try await exchange.lines("check", compact)
        #expect(asRead == ["10000 checked"], "seed \(Self.seed)")
        let asWritten = try await exchange.lines("same", pythonic)
        #expect(asWritten == ["10000 checked"], "seed \(Self.seed)")
    }

    @Test func `we read 10,000 random values as python wrote them, in protocols 2 to 5`() async throws {
        let pairs = try await PickleExchange().pairs("write", "\(Self.seed)", "10000")
        #expect(pairs.count == 10_000)
        for (index, pair) in pairs.enumerated() {
            do {
                let value = try PickleDecoder().decode(pair.pickle)
                guard PickleExchange.plain(value) != pair.expected else { continue }
                Issue.record("value \(index) of seed \(Self.seed) was read as something else: \(head(of: pair.pickle))")
            } catch {
                Issue.record("value \(index) of seed \(Self.seed) was refused: \(error): \(head(of: pair.pickle))")
            }
        }
    }

    @Test func `what we accept of damaged pickles, python reads as the same`() async throws {
        var random = SeededRandom(seed: Self.seed)
        let whole = try await PickleExchange().pairs("write", "\(Self.seed)", "2000").map(\.pickle)
            .filter { $0.count < 500 }
        var accepted: [PickleExchange.Pair] = []
        for pickle in whole {
            for _ in 0..<5 {
                var damaged = pickle
                for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&damaged, with: pickle, &random) }
                guard let value = try? PickleDecoder().decode(damaged) else { continue }
                accepted.append(.init(pickle: damaged, expected: PickleExchange.plain(value)))
            }
        }
        #expect(accepted.count > 500)
        let lines = try await PickleExchange().lines("check", accepted)
        #expect(lines == ["\(accepted.count) checked"], "seed \(Self.seed)")
    }

    @Test func `what we cannot hold is refused by its name`() async throws {
        let pairs = try await PickleExchange().pairs("refused")
        #expect(pairs.count > 40)
        for pair in pairs {
            let words = String(decoding: pair.expected, as: UTF8.self)
            do throws(PickleError) {
                let value = try PickleDecoder().decode(pair.pickle)
                Issue.record("read as \(value), but it should say \"\(words)\"")
            } catch {
                #expect("\(error)".contains(words), "\(head(of: pair.pickle))")
            }
        }
    }

    /// Another byte, one less, or a piece of elsewhere.
    private func damage(_ bytes: inout [UInt8], with other: [UInt8], _ random: inout SeededRandom) {
        guard bytes.count > 3 else { return }
        let place = Int.random(in: 2..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.remove(at: place)
        default:
            let start = Int.random(in: 2..<other.count, using: &random)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 9)], at: place)
        }
    }

    private func head(of pickle: [UInt8]) -> String {
        pickle.prefix(200).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
