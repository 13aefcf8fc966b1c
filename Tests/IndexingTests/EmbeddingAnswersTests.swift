import Foundation
import Testing

@testable import Indexing

/// The scan of an embedding server's answer beside a JSON parser, over answers right and spoilt.
@Suite struct `An answer is taken exactly when a JSON parser takes it` {
    @Test(.timeLimit(.minutes(2)), arguments: 0..<20) func `of 5,000 answers each`(seed: UInt64) {
        var answers = EmbeddingAnswers(seed: seed)
        var accepted = 0
        for _ in 0..<5000 {
            let (text, rows, columns) = answers.next()
            let inBlocks = outcome(text, rows, columns, inBlocks: true)
            let byNumber = outcome(text, rows, columns, inBlocks: false)
            let theirs = isArrayOfVectors(text, rows, columns)
            let isAccepted = if case .success = inBlocks { true } else { false }
            if isAccepted { accepted += 1 }
            // The macro would format its operands each time.
            guard inBlocks == byNumber, isAccepted == theirs else {
                let shown = String(decoding: text, as: UTF8.self)
                Issue.record("\(shown): in blocks \(inBlocks), by number \(byNumber), a JSON parser \(theirs)")
                return
            }
        }
        #expect((1000...4000).contains(accepted))
    }

    private typealias Outcome = Result<EmbeddingSlices.Slices, EmbeddingSlices.Refusal>

    private func outcome(_ text: [UInt8], _ rows: Int, _ columns: Int, inBlocks: Bool) -> Outcome {
        Outcome { () throws(EmbeddingSlices.Refusal) in
            try EmbeddingSlices.scan(text, count: rows, dimension: columns, inBlocks: inBlocks)
        }
    }

    /// Foundation's parser, but for a comma before a bracket, which it lets pass against RFC 8259. Whether a number is
    /// finite is what strtof makes of its text: JSONDecoder refuses numbers too small for a float, which are zero to
    /// everybody else.
    private func isArrayOfVectors(_ text: [UInt8], _ rows: Int, _ columns: Int) -> Bool {
        let parsed = try? JSONSerialization.jsonObject(with: Data(text)) as? [[Any]]
        guard let parsed, parsed.count == rows else { return false }
        guard parsed.allSatisfy({ $0.count == columns && $0.allSatisfy { $0 is NSNumber } }) else { return false }
        var last: UInt8 = 0
        for byte in text where byte > 0x20 {
            if byte == 0x5D, last == 0x2C { return false }
            last = byte
        }
        return text.split { $0 <= 0x20 || $0 == 0x2C || $0 == 0x5B || $0 == 0x5D }
            .allSatisfy { Float(String(decoding: $0, as: UTF8.self))?.isFinite == true }
    }
}
