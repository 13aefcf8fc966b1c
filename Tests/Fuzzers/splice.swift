/// Whatever an embedding server may answer: read in blocks it is what it is number by number, and what is taken over from
/// it stands as well in an answer of its own.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe input(start, count)
    guard case .failure(.count(_, let vectors)) = alike(bytes, count: -1, dimension: nil) else { return 0 }
    guard case .success(let slices) = alike(bytes, count: vectors, dimension: nil) else { return 0 }
    require(slices.vectors.count == vectors && slices.dimension > 0, "\(slices) of \(vectors) vectors")
    for range in slices.vectors {
        let alone = [0x5B] + bytes[range] + [0x5D]
        guard case .success(let again) = alike(alone, count: 1, dimension: slices.dimension) else {
            fatalError("refused when it stands alone: \(String(decoding: bytes[range], as: UTF8.self))")
        }
        require(again.vectors == [1..<alone.count - 1], "another range when it stands alone")
    }
    _ = alike(bytes, count: vectors, dimension: slices.dimension + 1)
    return 0
}

private typealias Outcome = Result<EmbeddingSlices.Slices, EmbeddingSlices.Refusal>

private func alike(_ bytes: [UInt8], count: Int, dimension: Int?) -> Outcome {
    let outcomes = [true, false].map { inBlocks in
        Outcome { () throws(EmbeddingSlices.Refusal) in
            try EmbeddingSlices.scan(bytes, count: count, dimension: dimension, inBlocks: inBlocks)
        }
    }
    require(outcomes[0] == outcomes[1], "in blocks \(outcomes[0]), number by number \(outcomes[1])")
    return outcomes[0]
}
