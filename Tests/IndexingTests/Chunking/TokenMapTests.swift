import SeededRandom
import Testing

@testable import Indexing

struct TokenMapTests {
    private func maps(_ text: SourceText) throws -> [TokenMap] {
        [try WordTokens.map(text), .estimated(EstimatedTokens(text: text, calibration: .typical))]
    }

    @Test(arguments: 0..<20)
    func `end and start are the furthest places within a limit`(seed: UInt64) throws {
        var markdown = RandomMarkdown(seed: seed)
        var random = SeededRandom(seed: seed)
        let text = SourceText(normalising: markdown.document())
        let length = text.bytes.count
        for map in try maps(text) {
            for _ in 0..<20 {
                let place = Int.random(in: 0...length, using: &random)
                let limit = Int.random(in: 0...60, using: &random)
                let end = map.end(from: place, limit: limit)
                #expect(map.count(place..<end) <= limit)
                #expect(end >= length || map.count(place..<end + 1) > limit)
                let start = map.start(before: place, limit: limit)
                #expect(map.count(start..<place) <= limit)
                #expect(start == 0 || map.count(start - 1..<place) > limit)
            }
        }
    }

    @Test func `exact counts are differences`() throws {
        let map = try WordTokens.map(SourceText(normalising: "one two, three"))
        #expect(map.count(0..<14) == 4)
        #expect(map.count(0..<3) == 1)
        #expect(map.count(4..<8) == 2)
        #expect(map.count(0..<0) == 0)
    }

    @Test func `tokens that do not fit the text are refused`() {
        #expect(throws: TokenizeMismatch.offset(TokenSpan(start: 2, end: 9), length: 5)) {
            try ExactTokens(spans: [TokenSpan(start: 2, end: 9)], length: 5)
        }
        #expect(throws: TokenizeMismatch.disorder(TokenSpan(start: 0, end: 1), after: 2)) {
            try ExactTokens(spans: [TokenSpan(start: 2, end: 3), TokenSpan(start: 0, end: 1)], length: 5)
        }
    }

    @Test func `calibration counts tokens by the kind of their first character`() {
        let sample = TokenCalibration.sample
        let text = String(decoding: sample.bytes, as: UTF8.self)
        let calibration = TokenCalibration(sample: sample, spans: WordTokens.spans(text))
        let weights = calibration.byteWeights
        // Every ideograph is a token to this tokenizer, a letter a fraction of one, white space nothing.
        #expect(weights[0xE5] == 1024)
        #expect(weights[0x61] > 170 && weights[0x61] < 500)
        #expect(weights[0x20] == 0)
        #expect(weights[0x80] == 0)
        let estimate = EstimatedTokens(text: sample, calibration: calibration).count(0..<sample.bytes.count)
        #expect(abs(estimate - WordTokens.spans(text).count) <= 20)
        #expect(TokenCalibration(sample: sample, spans: WordTokens.spans(text)) == calibration)
    }

    @Test func `a sample that tells nothing leaves what is typical`() {
        #expect(TokenCalibration(sample: SourceText(normalising: ""), spans: []) == .typical)
    }
}
