import SeededRandom

@testable import Indexing

/// Documents of every kind of block in any order, well formed or not.
struct RandomMarkdown {
    private var random: SeededRandom
    private static let words = [
        "queue", "the", "a", "of", "worker", "e.g.", "Dr.", "3.14", "naïve", "Größe", "очередь", "服务器停止了。", "ありがとう！",
        "مرحبا", "שלום", "👩‍💻", "🇩🇪", "e\u{301}e\u{301}", "`code`", "*em*", "[link](http://x.y)", "end.", "What?", "No!",
        "\"said.\"", "https://example.org/a/b?c=d", "|", "*", ">", "-", "1.", "\\", "<b>",
        "supercalifragilisticexpialidocious",
    ]

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    mutating func document() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...14, using: &random) { text += block() }
        return text
    }

    private mutating func block() -> String {
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: String(repeating: "#", count: .random(in: 1...6, using: &random)) + " " + line(1...6) + "\n\n"
        case 2: "```swift\n" + lines(1...20, "    ") + (Bool.random(using: &random) ? "```\n\n" : "\n")
        case 3: table()
        case 4: lines(1...12, "- ") + "\n"
        case 5: "1. " + line(1...9) + "\n\n   " + line(1...9) + "\n   - " + line(1...4) + "\n\n"
        case 6: lines(1...6, "> ") + "\n"
        case 7: line(1...4) + "\n----\n"
        case 8: "<div>\n" + line(1...9) + "\n</div>\n\n"
        case 9: "---\n\n"
        case 10: String(repeating: "x", count: .random(in: 1...900, using: &random)) + "\n"
        case 11: String(repeating: " \n", count: .random(in: 1...12, using: &random))
        default: lines(1...9, "") + "\n"
        }
    }

    private mutating func table() -> String {
        let columns = Int.random(in: 1...5, using: &random)
        var text = "| head " + String(repeating: "| head ", count: columns) + "|\n"
        text += "|---" + String(repeating: "|:--", count: columns) + "|\n"
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            text += "| cell " + String(repeating: "| value ", count: columns) + "|\n"
        }
        return text + "\n"
    }

    private mutating func lines(_ count: ClosedRange<Int>, _ prefix: String) -> String {
        var text = ""
        for _ in 0..<Int.random(in: count, using: &random) { text += prefix + line(1...16) + "\n" }
        return text
    }

    private mutating func line(_ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &random)).map { _ in Self.words.randomElement(using: &random) ?? "" }
            .joined(separator: " ")
    }
}
