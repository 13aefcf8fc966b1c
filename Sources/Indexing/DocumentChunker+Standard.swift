extension DocumentChunker {
    /// Stands in until the structural chunker is wired here: packs lines up to an estimate of three bytes per token,
    /// and cuts longer lines between scalars.
    static let standard = DocumentChunker(version: chunkerVersion) { (text, settings, _, _) async throws(CallFailure) in
        let limit = max(4, settings.budget * 3)
        var chunks: [Chunk] = []
        var current: [UInt8] = []
        var start = 0
        func flush(_ next: Int) {
            let piece = String(decoding: current, as: UTF8.self)
            if !piece.allSatisfy(\.isWhitespace) {
                chunks.append(
                    Chunk(
                        text: piece, ordinal: chunks.count, bytes: start..<start + current.count,
                        tokens: max(1, current.count / 4), headings: []))
            }
            start = next
            current.removeAll(keepingCapacity: true)
        }
        var offset = 0
        for byte in text.utf8 {
            let isBoundary = byte & 0xC0 != 0x80
            if isBoundary, current.count >= limit || (current.count > limit * 3 / 4 && current.last == 0x0A) {
                flush(offset)
            }
            current.append(byte)
            offset += 1
        }
        flush(offset)
        return chunks
    }
}
