/// What a job is called with, in a few words: the documents themselves are too long for anybody to read.
enum PayloadText {
    static func text(of payload: JobPayload) -> String {
        switch payload {
        case .documents(let documents, _):
            let characters = documents.reduce(0) { $0 + ($1.markdown?.unicodeScalars.count ?? 0) }
            let title = documents.count == 1 ? documents[0].title.map { " titled \"\($0)\"" } ?? "" : ""
            let count = documents.count == 1 ? "1 document" : "\(documents.count) documents"
            return "\(count)\(title), \(characters) characters of text"
        }
    }

    /// The first document's URL, and how many more there are.
    static func url(of payload: JobPayload) -> String? {
        switch payload {
        case .documents(let documents, _):
            documents.first?.url.map { $0 + (documents.count > 1 ? " (+\(documents.count - 1) more)" : "") }
        }
    }

    /// Of a job of one document.
    static func title(of payload: JobPayload) -> String? {
        switch payload {
        case .documents(let documents, _): documents.count == 1 ? documents[0].title : nil
        }
    }
}
