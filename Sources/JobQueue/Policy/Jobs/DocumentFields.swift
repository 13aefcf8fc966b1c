/// A document as a producer wrote it: text untouched, both spellings of its keys brought together.
public struct DocumentFields: Equatable, Sendable {
    public var url: String?
    public var resolvedURL: String?
    public var title: String?
    public var description: String?
    /// The text to index: `markdown`, else `content`.
    public var markdown: String?
    public var language: String?
    public var country: String?
    public var isMobile: Bool?
    public var statusCode: Int?
    public var crawlID: String?
    /// A number in every producer seen, kept as its text.
    public var contentID: String?

    /// The keys that `markdown` is read from, the first before the second.
    static let textKeys: Set<String> = ["markdown", "content"]

    public init(url: String? = nil, markdown: String? = nil) {
        self.url = url
        self.markdown = markdown
    }

    /// Reads a job's dict. Unknown keys are ignored, as the Python model does.
    init(_ entries: [PickleValue.Entry]) throws(JobRefusal) {
        var content: String?
        for entry in entries {
            switch entry.key {
            case "url": url = try Self.text(entry)
            case "resolvedUrl", "resolved_url": resolvedURL = try Self.text(entry)
            case "title": title = try Self.text(entry)
            case "description": description = try Self.text(entry)
            case "markdown": markdown = try Self.text(entry)
            case "content": content = try Self.text(entry)
            case "language": language = try Self.text(entry)
            case "country": country = try Self.text(entry)
            case "isMobile", "is_mobile": isMobile = try Self.flag(entry)
            case "statusCode", "status_code": statusCode = try Self.number(entry)
            case "crawlId", "crawl_id": crawlID = try Self.textOrNumber(entry)
            case "contentId", "content_id": contentID = try Self.textOrNumber(entry)
            default: break
            }
        }
        markdown = markdown ?? content
    }

    private static func text(_ entry: PickleValue.Entry) throws(JobRefusal) -> String? {
        switch entry.value {
        case .none: return nil
        case .string(let text): return text
        case .bool, .int, .double, .bytes, .list, .tuple, .dict: throw wrong(entry, "str or None")
        }
    }

    private static func textOrNumber(_ entry: PickleValue.Entry) throws(JobRefusal) -> String? {
        if case .int(let number) = entry.value { return String(number) }
        return try text(entry)
    }

    private static func flag(_ entry: PickleValue.Entry) throws(JobRefusal) -> Bool? {
        switch entry.value {
        case .none: return nil
        case .bool(let flag): return flag
        case .int, .double, .string, .bytes, .list, .tuple, .dict: throw wrong(entry, "bool or None")
        }
    }

    private static func number(_ entry: PickleValue.Entry) throws(JobRefusal) -> Int? {
        switch entry.value {
        case .none: return nil
        case .int(let number): return number
        case .bool, .double, .string, .bytes, .list, .tuple, .dict: throw wrong(entry, "int or None")
        }
    }

    private static func wrong(_ entry: PickleValue.Entry, _ wanted: String) -> JobRefusal {
        .arguments("the document's \"\(entry.key)\" is a \(entry.value.typeName), not \(wanted)")
    }
}
