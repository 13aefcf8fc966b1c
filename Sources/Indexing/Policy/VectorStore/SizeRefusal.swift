/// A refusal for nothing but the request's size: in smaller parts it would be taken.
enum SizeRefusal: Equatable, Sendable {
    /// Strict mode: "Limit exceeded 256 > 100 for "upsert_max_batchsize"", or a rate limit that is smaller than the request.
    case points(limit: Int?)
    /// Qdrant's 400 "JSON payload (n bytes) is larger than allowed (limit: m bytes)", or a proxy's 413.
    case bytes(limit: Int?)

    /// - Returns: nil when the fault is about something else.
    init?(_ fault: ServiceFault) {
        guard fault.service == .qdrant, let status = fault.status else { return nil }
        let text = fault.reason
        switch status {
        case 400 where text.contains("larger than allowed"):
            self = .bytes(limit: Self.number(after: "limit: ", in: text))
        case 400 where text.contains("upsert_max_batchsize"): self = .points(limit: Self.number(after: " > ", in: text))
        case 413: self = .bytes(limit: nil)
        case 429 where Self.isBeyondRate(text): self = .points(limit: nil)
        default: return nil
        }
    }

    /// Such a request is refused for ever, however long one waits.
    static func isBeyondRate(_ text: String) -> Bool { text.contains("split your request") }

    private static func number(after mark: String, in text: String) -> Int? {
        guard let place = text.firstRange(of: mark) else { return nil }
        return Int(text[place.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }
}
