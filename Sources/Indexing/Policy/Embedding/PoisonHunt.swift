/// Which texts of a refused request may be the ones with too many tokens.
enum PoisonHunt {
    /// By arithmetic: a tokenizer makes no more tokens of a text than it has bytes, so one of at most as many bytes as the
    /// window has room for is innocent. Where that clears everybody (some normalisers expand characters), all are suspects.
    ///
    /// - Parameters:
    ///   - sizes: each text's bytes.
    ///   - room: tokens of its own that a text may have.
    /// - Returns: indices into `sizes`, in order.
    static func suspects(_ sizes: [Int], room: Int) -> [Int] {
        let suspects = sizes.indices.filter { sizes[$0] > room }
        return suspects.isEmpty ? Array(sizes.indices) : suspects
    }
}
