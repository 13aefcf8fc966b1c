import Foundation
import SeededRandom
import Testing

@testable import Indexing

@Suite struct EmbeddingSlicesTests {
    @Test func `each vector's text is found as it stands`() throws {
        let body = Array(" [[0.1,-2e-3 , 3] ,\n[4,5,6.5E+1]] ".utf8)
        let slices = try EmbeddingSlices.scan(body, count: 2, dimension: 3)
        #expect(slices.dimension == 3)
        #expect(
            slices.vectors.map { String(decoding: body[$0], as: UTF8.self) } == ["[0.1,-2e-3 , 3]", "[4,5,6.5E+1]"])
    }

    @Test(arguments: [
        "", "[", "[[1,2],[3,4]", "[[1,2],[3,4]]]", "[[1,,2],[3,4]]", "[[1,2,],[3,4]]", "[[1,2],[3,4],]",
        "[,[1,2],[3,4]]",
        "[[1 2],[3,4]]", "[[1.2.3,2],[3,4]]", "[[01,2],[3,4]]", "[[-,2],[3,4]]", "[[1.,2],[3,4]]", "[[.5,2],[3,4]]",
        "[[1e,2],[3,4]]", "[[+1,2],[3,4]]", "[[NaN,2],[3,4]]", "[[null,2],[3,4]]", "[[\"1\",2],[3,4]]",
        "[[[1],2],[3,4]]",
        "{\"error\":\"x\"}", "[[1,2],{}]", "[1,2]", "[[1,2],[3,4]] x", "[[0x1,2],[3,4]]", "[[1,2],[3,4]]\u{0}",
    ])
    func `what is not an array of arrays of numbers is refused`(text: String) {
        #expect {
            try EmbeddingSlices.scan(Array(text.utf8), count: 2, dimension: 2)
        } throws: { error in
            if case .malformed = error as? EmbeddingSlices.Refusal { true } else { false }
        }
    }

    @Test(arguments: [
        ("3.4028235e38", true), ("3.4028236e38", false), ("3.40282356779733661637539395458142568447e38", true),
        ("3.40282356779733661637539395458142568448e38", false), ("340282356779733661637539395458142568447.999", true),
        ("340282356779733661637539395458142568448", false), ("1e38", true), ("1e39", false), ("1e999", false),
        ("-1e999", false), ("0e999999999999999999999", true), ("1e-999999999999999999", true), ("0.0000001e45", true),
        ("0.001e42", false), ("000.1", nil), ("-0", true), ("-0.0e-0", true),
        ("1000000000000000000000000000000000000000e-5", true),
    ])
    func `a number passes when it is finite as a 32-bit float`(number: String, finite: Bool?) {
        let result = Result { () throws(EmbeddingSlices.Refusal) in
            try EmbeddingSlices.scan(Array("[[\(number)]]".utf8), count: 1, dimension: 1)
        }
        switch result {
        case .success: #expect(finite == true)
        case .failure(.notFinite): #expect(finite == false)
        case .failure: #expect(finite == nil)
        }
    }

    @Test func `count and dimension are held against what was asked for`() {
        #expect(throws: EmbeddingSlices.Refusal.count(expected: 2, got: 1)) {
            try EmbeddingSlices.scan(Array("[[1]]".utf8), count: 2, dimension: 1)
        }
        #expect(throws: EmbeddingSlices.Refusal.dimension(expected: 2, got: 3, vector: 1)) {
            try EmbeddingSlices.scan(Array("[[1,2],[1,2,3]]".utf8), count: 2, dimension: nil)
        }
        #expect(throws: EmbeddingSlices.Refusal.dimension(expected: 1, got: 0, vector: 0)) {
            try EmbeddingSlices.scan(Array("[[]]".utf8), count: 1, dimension: nil)
        }
    }

    /// Foundation's parser is the oracle for the form, but for a comma before a bracket, which it lets pass against RFC
    /// 8259; finiteness is that of the float that strtof makes.
    @Test(arguments: 0..<8) func `accepts exactly what a JSON parser accepts`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<1500 {
            let rows = Int.random(in: 1...3, using: &random)
            let columns = Int.random(in: 1...4, using: &random)
            var text = AnswerGenerator.answer(rows: rows, columns: columns, using: &random)
            if Bool.random(using: &random) { AnswerGenerator.mutate(&text, using: &random) }
            let ours = (try? EmbeddingSlices.scan(text, count: rows, dimension: columns)) != nil
            let theirs = oracle(text, rows, columns)
            if ours { accepted += 1 }
            #expect(ours == theirs, "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(accepted > 300)
    }

    private func oracle(_ text: [UInt8], _ rows: Int, _ columns: Int) -> Bool {
        guard let parsed = try? JSONSerialization.jsonObject(with: Data(text)) as? [[Any]], parsed.count == rows else {
            return false
        }
        let isNumbers = parsed.allSatisfy { $0.count == columns && $0.allSatisfy { $0 is NSNumber } }
        guard isNumbers else { return false }
        let dense = text.filter { $0 > 0x20 }
        if zip(dense, dense.dropFirst()).contains(where: { $0 == 0x2C && $1 == 0x5D }) { return false }
        let numbers = String(decoding: text, as: UTF8.self).split { "[], \n\t\r".contains($0) }
        return numbers.allSatisfy { Float($0)?.isFinite == true }
    }
}

/// Answers of an embedding server, and what may become of them on the way.
enum AnswerGenerator {
    static func answer(rows: Int, columns: Int, using random: inout SeededRandom) -> [UInt8] {
        let vectors = (0..<rows).map { _ in
            "["
                + (0..<columns).map { _ in number(using: &random) }.joined(
                    separator: Bool.random(using: &random) ? "," : " ,\n") + "]"
        }
        return Array(("[" + vectors.joined(separator: ",") + "]").utf8)
    }

    static func mutate(_ text: inout [UInt8], using random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 1...3, using: &random) where !text.isEmpty {
            let at = Int.random(in: 0..<text.count, using: &random)
            let byte = Array("0123456789-+.eE[], nul\"{}\t:".utf8).randomElement(using: &random) ?? 0x30
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text.remove(at: at)
            case 1: text[at] = byte
            case 2: text.insert(byte, at: at)
            case 3: text.removeSubrange(at...)
            default: text.insert(contentsOf: text[at..<min(text.count, at + 4)], at: at)
            }
        }
    }

    private static func number(using random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: "\(Int.random(in: -9...9, using: &random))"
        case 1: "\(Float.random(in: -1...1, using: &random))"
        case 2: "\(Double.random(in: -1e3...1e3, using: &random))"
        case 3:
            "\(Int.random(in: 1...9, using: &random)).\(Int.random(in: 0...99, using: &random))e\(Int.random(in: -50...40, using: &random))"
        case 4: "-\(Int.random(in: 0...9, using: &random))E+\(Int.random(in: 0...36, using: &random))"
        default: "0.\(Int.random(in: 0...999_999, using: &random))"
        }
    }
}
