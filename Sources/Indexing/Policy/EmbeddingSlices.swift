/// Where each vector stands in an answer of the form `[[f,f,..],[f,..]]`, so that its text can be copied into an upsert
/// as it is: turning a thousand floats into numbers and back into text costs sixty times the copy.
///
/// Accepts exactly what a JSON parser into arrays of finite 32-bit floats accepts (RFC 8259), when the number of
/// vectors and of floats in each is right: what passes here cannot be refused as JSON by the vector store.
enum EmbeddingSlices {
    enum Refusal: Error, Equatable, CustomStringConvertible {
        case malformed(at: Int)
        case notFinite(at: Int)
        case count(expected: Int, got: Int)
        case dimension(expected: Int, got: Int, vector: Int)

        var description: String {
            switch self {
            case .malformed(let at): "the answer is not a JSON array of arrays of numbers (byte \(at))"
            case .notFinite(let at): "a number is not finite as a 32-bit float (byte \(at))"
            case .count(let expected, let got): "asked for \(expected) vectors, got \(got)"
            case .dimension(let expected, let got, let vector):
                "vector \(vector) has \(got) dimensions instead of \(expected)"
            }
        }
    }

    struct Slices: Equatable {
        let dimension: Int
        /// The bytes of each inner array, brackets included.
        let vectors: [Range<Int>]
    }

    /// - Parameters:
    ///   - dimension: what every vector must have; nil takes the first vector's, which must not be zero.
    ///   - inBlocks: false reads number by number, which is what the reading in blocks is held against.
    static func scan(
        _ body: [UInt8], count: Int, dimension: Int?, inBlocks: Bool = true
    ) throws(Refusal) -> Slices {
        let bytes = body.span
        var at = skipBlanks(bytes, try expect(0x5B, bytes, skipBlanks(bytes, 0)))
        var expected = dimension
        var wrong: Refusal?
        var vectors: [Range<Int>] = []
        vectors.reserveCapacity(count)
        var found = 0
        if at < bytes.count, bytes[at] == 0x5D {
            at += 1
        } else {
            while true {
                at = skipBlanks(bytes, at)
                let (end, floats) = try vector(bytes, at, inBlocks)
                let due = expected ?? max(floats, 1)
                expected = due
                if floats != due, wrong == nil { wrong = .dimension(expected: due, got: floats, vector: found) }
                // An answer of nothing but brackets must not take more memory than it has bytes.
                if found < count { vectors.append(at..<end) }
                found += 1
                at = skipBlanks(bytes, end)
                if at < bytes.count, bytes[at] == 0x2C {
                    at += 1
                    continue
                }
                at = try expect(0x5D, bytes, at)
                break
            }
        }
        at = skipBlanks(bytes, at)
        guard at == bytes.count else { throw .malformed(at: at) }
        guard found == count else { throw .count(expected: count, got: found) }
        if let wrong { throw wrong }
        return Slices(dimension: expected ?? 1, vectors: vectors)
    }

    private static func vector(
        _ bytes: borrowing Span<UInt8>, _ start: Int, _ inBlocks: Bool
    ) throws(Refusal) -> (end: Int, floats: Int) {
        var at = skipBlanks(bytes, try expect(0x5B, bytes, start))
        if at < bytes.count, bytes[at] == 0x5D { return (at + 1, 0) }
        var floats = 0
        while true {
            at = skipBlanks(bytes, at)
            guard let number = JSONNumber(bytes, at: at) else { throw .malformed(at: at) }
            guard number.isFiniteFloat else { throw .notFinite(at: at) }
            floats += 1
            at = skipBlanks(bytes, number.end)
            if at < bytes.count, bytes[at] == 0x2C {
                at += 1
                if inBlocks {
                    let passed = NumberBlocks.pass(bytes, from: at)
                    (at, floats) = (passed.at, floats + passed.numbers)
                }
                continue
            }
            return (try expect(0x5D, bytes, at), floats)
        }
    }

    private static func expect(_ byte: UInt8, _ bytes: borrowing Span<UInt8>, _ at: Int) throws(Refusal) -> Int {
        guard at < bytes.count, bytes[at] == byte else { throw .malformed(at: at) }
        return at + 1
    }

    private static func skipBlanks(_ bytes: borrowing Span<UInt8>, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 {
            at += 1
        }
        return at
    }
}
