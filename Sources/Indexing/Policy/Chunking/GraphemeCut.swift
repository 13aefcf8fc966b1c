/// The last resort: a cut between characters where there is no white space at all.
enum GraphemeCut {
    /// No character worth keeping whole is longer; hostile ones go on for ever.
    private static let longest = 128

    /// The last boundary between characters in `(floor, limit]`, else between scalars, else the first scalar's end.
    static func last(after floor: Int, upTo limit: Int, _ bytes: [UInt8]) -> Int {
        let scalars = bytes.span
        let hard = scalars.scalarStart(at: limit)
        guard hard > floor else { return scalars.scalarEnd(after: floor) }
        let from = scalars.scalarStart(at: max(floor, hard - longest))
        // One character more than fits tells whether the last that fits goes on behind the limit.
        let to = scalars.scalarStart(at: min(bytes.count, hard + longest))
        var offset = from
        var best = floor
        for character in String(decoding: bytes[from..<to], as: UTF8.self) {
            offset += character.utf8.count
            if offset > hard { break }
            best = offset
        }
        return best > floor ? best : hard
    }
}
