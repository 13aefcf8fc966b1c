import FoundationEssentials
import Glibc
import JobQueue

/// A document to enqueue, from a Markdown file or a line of JSON Lines.
struct SourceDocument: Decodable {
    var url: String
    var resolvedUrl: String?
    var title: String?
    var description: String?
    var markdown: String?
    var content: String?
    var html: String?
    var statusCode: Int?
    var language: String?
    var country: String?
    var isMobile: Bool?

    /// The dict that the product's own producers enqueue, complete, so that a Python worker could run the job as well.
    var fields: [PickleValue.Entry] {
        [
            .init("url", .string(url)), .init("resolvedUrl", .string(resolvedUrl ?? url)),
            .init("title", Self.text(title)),
            .init("description", Self.text(description)), .init("markdown", .string(markdown ?? content ?? "")),
            .init("html", .string(html ?? "")), .init("statusCode", .int(statusCode ?? 200)), .init("gcsPath", .none),
            .init("screenshotUrl", .none), .init("language", Self.text(language)), .init("country", Self.text(country)),
            .init("isMobile", .bool(isMobile ?? false)),
        ]
    }

    private static func text(_ text: String?) -> PickleValue { text.map { .string($0) } ?? .none }

    /// Largest file that is read, in bytes; a worker takes no larger document.
    private static let limit = 64 << 20

    private static let longestTitle = 300

    /// The documents of one file.
    static func read(_ path: String, base: String?) throws(ControlError) -> [SourceDocument] {
        let text = try contents(of: path)
        if path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson") { return try lines(text, path) }
        guard [".md", ".markdown", ".txt"].contains(where: path.hasSuffix) else {
            throw .unreadable(path: path, cause: "neither Markdown (.md, .markdown, .txt) nor JSON Lines (.jsonl)")
        }
        let heading = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("#") }
        // Each of the document's points repeats it.
        let title = heading.map { String($0.drop { $0 == "#" || $0 == " " }.prefix(longestTitle)) }
        return [SourceDocument(url: try url(of: path, base), title: title, markdown: text)]
    }

    init(url: String, title: String?, markdown: String) {
        self.url = url
        self.title = title
        self.markdown = markdown
    }

    private static func lines(_ text: String, _ path: String) throws(ControlError) -> [SourceDocument] {
        var documents: [SourceDocument] = []
        // By bytes: other line ends may stand in JSON's strings, and a CR before this one is JSON's white space.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            guard let document = try? JSONDecoder().decode(SourceDocument.self, from: Data(line)) else {
                throw .unreadable(
                    path: "\(path):\(index + 1)", cause: "not a JSON object with \"url\" and \"markdown\" as texts")
            }
            guard document.markdown != nil || document.content != nil else {
                throw .unreadable(path: "\(path):\(index + 1)", cause: "\"markdown\" (or \"content\") is missing")
            }
            documents.append(document)
        }
        return documents
    }

    private static func url(of path: String, _ base: String?) throws(ControlError) -> String {
        if let base { return base + (base.hasSuffix("/") ? "" : "/") + path.drop { $0 == "/" || $0 == "." } }
        guard let absolute = unsafe realpath(path, nil) else { throw .unreadable(path: path, cause: "no such file") }
        defer { unsafe free(absolute) }
        return unsafe "file://" + String(cString: absolute)
    }

    private static func contents(of path: String) throws(ControlError) -> String {
        // Looked at first: a pipe would never end, and a huge file would be in memory before it is refused.
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw .unreadable(path: path, cause: "no such file, or no permission")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, cause: "not a regular file") }
        guard status.st_size <= limit else { throw .unreadable(path: path, cause: "larger than \(limit >> 20) MiB") }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw .unreadable(path: path, cause: "cannot be read: no permission?")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
