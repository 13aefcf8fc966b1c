import Testing

@testable import Indexing

struct TokenizePlanTests {
    @Test(arguments: 0..<20)
    func `pieces make up the text and their tokens one map`(seed: UInt64) throws {
        var markdown = RandomMarkdown(seed: seed)
        let text = SourceText(normalising: markdown.document())
        var limits = TokenizePlan.Limits()
        (limits.piece, limits.pieces, limits.request) = (300, 3, 800)
        let plan = TokenizePlan(text: text, blocks: MarkdownBlocks.parse(text), limits: limits)
        #expect(plan.pieces.flatMap { text.bytes[$0] } == text.bytes)
        #expect(plan.pieces.allSatisfy { $0.count <= 300 && !$0.isEmpty })
        #expect(plan.requests.flatMap { Array($0) } == Array(plan.pieces.indices))
        #expect(plan.requests.allSatisfy { $0.count <= 3 })
        let texts = plan.requests.flatMap { plan.texts(of: $0, in: text) }
        #expect(texts.joined() == String(decoding: text.bytes, as: UTF8.self))

        var answers = TokenizeAnswers(to: plan)
        for request in plan.requests { try answers.append(plan.texts(of: request, in: text).map(WordTokens.spans)) }
        let map = try answers.tokenMap()
        #expect(map.count(0..<text.bytes.count) >= (try WordTokens.map(text)).count(0..<text.bytes.count))
        for (index, piece) in plan.pieces.enumerated() {
            #expect(map.count(piece) == WordTokens.spans(texts[index]).count)
        }
    }

    @Test func `pieces end where blocks do`() {
        let paragraph = words(30) + "\n\n"
        let text = SourceText(normalising: String(repeating: paragraph, count: 20))
        var limits = TokenizePlan.Limits()
        limits.piece = 500
        let plan = TokenizePlan(text: text, blocks: MarkdownBlocks.parse(text), limits: limits)
        #expect(plan.pieces.dropLast().allSatisfy { $0.upperBound.isMultiple(of: paragraph.utf8.count) })
    }

    @Test func `a request's body is bounded once quoted`() {
        let text = SourceText(normalising: String(repeating: "\"\\\n\"", count: 150_000))
        var limits = TokenizePlan.Limits()
        limits.request = 500_000
        let plan = TokenizePlan(text: text, blocks: [], limits: limits)
        for request in plan.requests {
            let body = plan.texts(of: request, in: text).reduce(0) { $0 + $1.utf8.count * 2 + 3 }
            #expect(body <= 500_000)
        }
        #expect(plan.requests.count > 1)
    }

    @Test func `the answer about text that is all punctuation is one that is taken`() {
        let text = SourceText(normalising: String(repeating: "(.;!)", count: 500_000))
        let plan = TokenizePlan(text: text, blocks: [])
        // A token for each byte, some seventy bytes for each token.
        let longest = plan.requests.map { plan.texts(of: $0, in: text).reduce(0) { $0 + $1.utf8.count } * 70 }.max()
        let limit = HTTPRequest(method: .post, url: "", deadline: .zero).responseLimit
        #expect((longest ?? .max) < limit)
    }

    @Test func `too few answers are refused, and too many`() {
        let text = SourceText(normalising: "some text")
        var answers = TokenizeAnswers(to: TokenizePlan(text: text, blocks: []))
        #expect(throws: TokenizeMismatch.pieces(expected: 1, got: 0)) { try answers.tokenMap() }
        #expect(throws: TokenizeMismatch.pieces(expected: 1, got: 2)) { try answers.append([[], []]) }
    }
}
