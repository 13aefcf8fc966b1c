/// What a body says it is.
enum MediaType {
    /// JSON, as the replaced service had it: `application/json`, or any `application/...+json`.
    static func isJSON(_ header: String) -> Bool {
        guard header.isASCII else { return false }
        let type = header.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    /// A browser asks for a page; whoever asks for anything does not.
    static func wantsPage(accept: String?) -> Bool {
        guard let accept, accept.isASCII else { return false }
        return accept.split(separator: ",").contains { part in
            part.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace } == "text/html"
        }
    }
}
