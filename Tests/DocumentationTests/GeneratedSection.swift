import Foundation
import Synchronization
import Testing

/// A part of a document between `<!-- NAME: ... -->` and `<!-- end of NAME -->`.
///
/// `scripts/document` writes those that are made from the code (`PULSE_WRITE_DOCS=yes`); a test run only compares.
struct GeneratedSection {
    /// "docs/operating.md"
    let document: String
    let name: String

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Sections of one document are written by tests that run at once.
    private static let writing = Mutex(())

    private var file: URL { Self.root.appending(path: document) }

    /// The text between the markers, without the blank lines at its ends.
    func text() throws -> String {
        let whole = try String(contentsOf: file, encoding: .utf8)
        return String(whole[try place(in: whole)]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Words in backticks that begin a row of the section's tables.
    func namesOfRows() throws -> [String] {
        try text().split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|")[0].split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        }
    }

    /// The section must say this, or is made to.
    func expect(_ wanted: String) throws {
        guard ProcessInfo.processInfo.environment["PULSE_WRITE_DOCS"] == nil else {
            try Self.writing.withLock { _ in
                var whole = try String(contentsOf: file, encoding: .utf8)
                whole.replaceSubrange(try place(in: whole), with: "\n\n\(wanted)\n\n")
                try whole.write(to: file, atomically: true, encoding: .utf8)
            }
            return
        }
        let found = try text()
        guard found != wanted else { return }
        let lines = (found.split(separator: "\n"), wanted.split(separator: "\n"))
        let other = zip(lines.0, lines.1).first { $0 != $1 }?.1 ?? "\(lines.1.count) lines, not \(lines.0.count)"
        Issue.record("\(document), \"\(name)\": run scripts/document; the code says: \(other)")
    }

    private func place(in whole: String) throws -> Range<String.Index> {
        let head = try #require(whole.range(of: "<!-- \(name): "), "\(document) has no section \"\(name)\"")
        let headEnd = try #require(whole.range(of: "-->", range: head.upperBound..<whole.endIndex)).upperBound
        let tail = try #require(whole.range(of: "<!-- end of \(name) -->", range: headEnd..<whole.endIndex))
        return headEnd..<tail.lowerBound
    }
}

/// A table's cell holds neither bars nor line ends.
func cell(_ text: String) -> String {
    text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "\n", with: " ")
}

/// A table of Markdown.
func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
}
