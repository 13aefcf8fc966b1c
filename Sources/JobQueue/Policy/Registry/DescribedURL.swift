/// The URL that RQ's description of a job shows, so that a list need not fetch whole documents.
enum DescribedURL {
    /// The value of the dict's key `url`; nil when there is none, or when it was cut or escaped.
    static func find(in description: String) -> String? {
        guard let key = description.firstRange(of: "'url': ") else { return nil }
        let value = description[key.upperBound...]
        guard let quote = value.first, quote == "'" || quote == "\"" else { return nil }
        let text = value.dropFirst().prefix { $0 != quote && $0 != "\\" }
        return text.endIndex < value.endIndex && value[text.endIndex] == quote ? String(text) : nil
    }
}
