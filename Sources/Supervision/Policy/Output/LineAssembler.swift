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
            lines.append(takePartial())
        }
        partial += rest
    }

    private mutating func takePartial() -> String {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        defer { partial = [] }
        return String(decoding: partial, as: UTF8.self)
    }
}
