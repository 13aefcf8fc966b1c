/// Pieces of a stream in, lines out. What has not ended yet waits, but never more than a line's longest.
struct LineAssembler {
    /// In bytes. A longer line is cut into several.
    static let longest = 8192
    private var partial: [UInt8] = []

    /// The lines that end in this piece, without their ends; invalid UTF-8 is mended.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(rest[..<end], &lines)
            lines.append(takePartial())
            rest = rest[(end + 1)...]
        }
        append(rest, &lines)
        return lines
    }

    /// What never got an end; nil when nothing waits.
    mutating func flush() -> String? { partial.isEmpty ? nil : takePartial() }

    private mutating func append(_ bytes: ArraySlice<UInt8>, _ lines: inout [String]) {
        var rest = bytes
        while partial.count + rest.count > Self.longest {
            let room = Self.longest - partial.count
            partial += rest.prefix(room)
            rest = rest.dropFirst(room)
            let tail = takeUnfinishedCharacter()
            lines.append(takePartial())
            partial = tail
        }
        partial += rest
    }

    /// A cut must not go through a character: the bytes of the last one, if it may have more than are there.
    private mutating func takeUnfinishedCharacter() -> [UInt8] {
        let tail = partial.suffix(3)
        guard let start = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return [] }
        let length = partial[start] >= 0xF0 ? 4 : partial[start] >= 0xE0 ? 3 : partial[start] >= 0xC0 ? 2 : 1
        guard length > partial.endIndex - start else { return [] }
        defer { partial.removeLast(partial.endIndex - start) }
        return Array(partial[start...])
    }

    private mutating func takePartial() -> String {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        defer { partial = [] }
        return String(decoding: partial, as: UTF8.self)
    }
}
