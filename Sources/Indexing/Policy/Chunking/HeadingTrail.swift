/// The headings in force: the path from the document's title down to where a chunk lies.
struct HeadingTrail {
    private let title: String?
    private var path: [(level: UInt8, text: String)] = []
    /// The last answer: most chunks of a section lie under the same headings, and share one array of them.
    private var known: (count: Int, names: [String])?

    init(title: String?) {
        self.title = title.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// How many headings above a heading of this level stay in force when it is met.
    func above(_ level: UInt8) -> Int {
        path.prefix { $0.level < level }.count
    }

    mutating func enter(_ level: UInt8, _ text: String) {
        known = nil
        path.removeLast(path.count - above(level))
        path.append((level, text))
    }

    var depth: Int { path.count }

    /// The outermost `count` headings under the title; a first heading that repeats the title is not said twice.
    mutating func headings(_ count: Int) -> [String] {
        if let known, known.count == count { return known.names }
        var names = path.prefix(count).map(\.text).filter { !$0.isEmpty }
        if let title, names.first != title { names.insert(title, at: 0) }
        known = (count, names)
        return names
    }

    /// A heading's words: without `#`, underline, emphasis, code marks and link targets.
    static func text(of heading: ArraySlice<UInt8>) -> String {
        var text = heading.prefix(1024)
        if let newline = text.lastIndex(of: 0x0A),
            text[newline...].allSatisfy({ [0x0A, 0x20, 0x3D, 0x2D].contains($0) })
        {
            text = text[..<newline]
        }
        text = text.drop { $0.isBlank }
        if text.first == 0x23 {
            text = text.drop { $0 == 0x23 }
            var end = text.endIndex
            while end > text.startIndex, text[end - 1] == 0x23 { end -= 1 }
            // "C#" keeps its sign: a closing sequence stands apart.
            if end == text.startIndex || text[end - 1].isBlank { text = text[..<end] }
        }
        return String(decoding: words(of: text), as: UTF8.self)
    }

    private static func words(of text: ArraySlice<UInt8>) -> [UInt8] {
        var words: [UInt8] = []
        var index = text.startIndex
        // The `]` of the link `[text](target)` whose text is being read.
        var closing: Int?
        // The next `]`, looked for once: a heading of brackets must not cost their square.
        var bracket: Int?
        while index < text.endIndex {
            let byte = text[index]
            if byte == 0x5B, bracket ?? -1 < index { bracket = text[index...].firstIndex(of: 0x5D) ?? text.endIndex }
            if byte == 0x5B, closing == nil, let end = bracket, end + 1 < text.endIndex, text[end + 1] == 0x28 {
                closing = end
            } else if index == closing {
                index = text[index...].firstIndex(of: 0x29) ?? index
                closing = nil
            } else if byte.isBlank {
                if let last = words.last, last != 0x20 { words.append(0x20) }
            } else if byte != 0x2A, byte != 0x60 {
                words.append(byte)
            }
            index += 1
        }
        if words.last == 0x20 { words.removeLast() }
        return words
    }
}
