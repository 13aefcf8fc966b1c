import FoundationEssentials
import Glibc

/// Times what becomes of an embedding server's answer on its way into an upsert: its text spliced, beside its numbers
/// parsed and written anew.
///
/// Arguments: rounds, vectors an answer, dimension. Standard output: for each round one line with the nanoseconds for one
/// answer of each of the ways, in the order of `ways`.
@main struct SpliceClock {
    static let ways = [splice, parseAndFormat, decodeAndEncode]

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 3 else { throw Refused(what: "rounds, vectors and dimension are needed") }
        let (rounds, vectors, dimension) = (arguments[0], arguments[1], arguments[2])
        let answer = answer(vectors, dimension)
        let clock = ContinuousClock()
        for _ in 0..<rounds {
            var figures: [Int64] = []
            for way in ways {
                var body: [UInt8] = []
                let time = try clock.measure { body = try way(answer, vectors, dimension) }
                guard body.count > answer.count / 2 else { throw Refused(what: "numbers were lost") }
                figures.append(time.components.attoseconds / 1_000_000_000)
            }
            print(figures.map(String.init).joined(separator: " "))
        }
    }

    /// As the worker does it.
    static func splice(_ answer: [UInt8], _ vectors: Int, _ dimension: Int) throws -> [UInt8] {
        let slices = try EmbeddingSlices.scan(answer, count: vectors, dimension: dimension)
        var json = JSONText(reserving: answer.count)
        json.list(slices.vectors) { $0.raw(answer[$1]) }
        return json.bytes
    }

    /// As a hand-written program would: strtof, and the shortest text that gives the same number.
    static func parseAndFormat(_ answer: [UInt8], _ vectors: Int, _ dimension: Int) throws -> [UInt8] {
        var numbers: [Float] = []
        numbers.reserveCapacity(vectors * dimension)
        try answer.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { throw Refused(what: "an empty answer") }
            var at = 0
            while at < bytes.count {
                // '-' and digits; everything else parts numbers.
                guard bytes[at] == 0x2D || bytes[at] &- 0x30 < 10 else {
                    at += 1
                    continue
                }
                try (base + at).withMemoryRebound(to: CChar.self, capacity: bytes.count - at) { text in
                    var end: UnsafeMutablePointer<CChar>?
                    let number = strtof(text, &end)
                    guard let end, number.isFinite else { throw Refused(what: "no finite number") }
                    numbers.append(number)
                    at += UnsafePointer(end) - text
                }
            }
        }
        guard numbers.count == vectors * dimension else { throw Refused(what: "\(numbers.count) numbers") }
        var json: [UInt8] = []
        json.reserveCapacity(answer.count)
        for (index, number) in numbers.enumerated() {
            json.append(index % dimension == 0 ? 0x5B : 0x2C)
            var text = number.description
            text.withUTF8 { json.append(contentsOf: $0) }
            if (index + 1) % dimension == 0 { json.append(contentsOf: [0x5D, 0x2C]) }
        }
        return json
    }

    /// As most programs would.
    static func decodeAndEncode(_ answer: [UInt8], _ vectors: Int, _ dimension: Int) throws -> [UInt8] {
        let rows = try JSONDecoder().decode([[Float]].self, from: Data(answer))
        guard rows.count == vectors, rows.allSatisfy({ $0.count == dimension }) else {
            throw Refused(what: "wrong count")
        }
        return Array(try JSONEncoder().encode(rows))
    }

    /// Vectors of unit length, their components normally distributed, in the shortest text of 32-bit floats: what TEI
    /// writes for a model of sentences.
    private static func answer(_ vectors: Int, _ dimension: Int) -> [UInt8] {
        var random = SeededRandom(seed: 1)
        let rows = (0..<vectors).map { _ in
            let row = (0..<dimension).map { _ in normal(using: &random) }
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return "[" + row.map { text(Float($0 / length)) }.joined(separator: ",") + "]"
        }
        return Array("[\(rows.joined(separator: ","))]".utf8)
    }

    /// Box and Muller's.
    private static func normal(using random: inout SeededRandom) -> Double {
        let (radius, angle) = (Double.random(in: 0.0.nextUp...1, using: &random), Double.random(in: 0..<1, using: &random))
        return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
    }

    /// Rust writes an exponent without a leading zero.
    private static func text(_ number: Float) -> String {
        let parts = number.description.split(separator: "e-0")
        return parts.joined(separator: "e-")
    }

    private struct Refused: Error { let what: String }
}
