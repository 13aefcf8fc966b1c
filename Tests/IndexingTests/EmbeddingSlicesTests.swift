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

    /// In the middle of a list long enough to be read in blocks, too, where a number does not begin after a bracket.
    @Test(arguments: [
        ("1.5", true), ("-0", true), ("1e-5", true), ("-1.5e-45", true), ("1E-5", true), ("1e-100", true),
        ("12.5", true), ("1e+5", true), (" 1", true), ("1\n", true), ("3.4028235e38", true), ("", false),
        ("1e999", false), ("3.4028236e38", false), ("1.2.3", false), ("01", false), ("-01", false), ("1.", false),
        (".5", false), ("-.5", false), ("-", false), ("--1", false), ("+1", false), ("1e", false), ("1e-", false),
        ("1e-5e-5", false), ("1e-55e-5", false), ("1e-100e-5", false), ("1e-5.5", false), ("1e-55.5", false),
        ("1-5", false),
        ("1.5-5", false), ("1.-5", false), ("1.e-5", false), ("e-5", false), ("NaN", false), ("null", false),
        ("[1]", false), ("\"1\"", false), ("1\u{0}", false), ("1\u{b0}", false),
    ])
    func `a number among many passes or not as it would alone`(number: String, isGood: Bool) {
        for place in 0..<40 {
            var numbers = (0..<40).map { "\($0 % 2 == 0 ? "" : "-")0.0\($0)" }
            numbers[place] = number
            let body = Array("[[\(numbers.joined(separator: ","))]]".utf8)
            let slices = try? EmbeddingSlices.scan(body, count: 1, dimension: 40)
            #expect((slices != nil) == isGood, "at \(place)")
        }
    }

    @Test func `any byte anywhere in a number is judged as it is number by number`() {
        let body = Array("[[0,\([String](repeating: "-0.152,7.25", count: 12).joined(separator: ","))]]".utf8)
        for place in 60..<72 {
            for byte in UInt8.min...UInt8.max {
                var changed = body
                changed[place] = byte
                let found = [true, false].map { inBlocks in
                    Result { () throws(EmbeddingSlices.Refusal) in
                        try EmbeddingSlices.scan(changed, count: 1, dimension: 25, inBlocks: inBlocks)
                    }
                }
                #expect(found[0] == found[1], "\(byte) at \(place)")
            }
        }
    }

    @Test func `an answer with a byte order mark is not ours`() {
        #expect(throws: EmbeddingSlices.Refusal.malformed(at: 0)) {
            try EmbeddingSlices.scan([0xEF, 0xBB, 0xBF] + Array("[[1]]".utf8), count: 1, dimension: 1)
        }
    }

    @Test func `more vectors than asked for are counted and not kept`() {
        let body = Array("[\([String](repeating: "[]", count: 10_000).joined(separator: ","))]".utf8)
        #expect(throws: EmbeddingSlices.Refusal.count(expected: 1, got: 10_000)) {
            try EmbeddingSlices.scan(body, count: 1, dimension: 1)
        }
    }
}
