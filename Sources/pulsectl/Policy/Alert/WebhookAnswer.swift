/// What an answer to an alert means.
enum WebhookAnswer: Equatable {
    case told
    /// It may be taken later.
    case again(cause: String)
    /// It will never be taken.
    case refused(cause: String, remedy: String)

    /// - Parameters:
    ///   - body: the answer's beginning; shown only where it can hold nothing of the address.
    ///   - address: the URL, secrets included.
    init(status: Int, body: [UInt8], address: String) {
        let said = Self.words(body, address).map { ": \($0)" } ?? ""
        let cause = "HTTP \(status)\(said)"
        switch status {
        case 200..<300: self = .told
        case 408, 429, 500..<600: self = .again(cause: cause)
        case 300..<400:
            self = .refused(cause: cause, remedy: "redirects are not followed: put the final address there")
        case 401, 403: self = .refused(cause: cause, remedy: "the key in it is not accepted: make a new address")
        case 404, 410:
            self = .refused(cause: cause, remedy: "there is no such address any more: make a new one")
        case 413: self = .refused(cause: cause, remedy: "the status is too large for it: use PULSE_ON_HEALTH_CHANGE")
        default:
            self = .refused(
                cause: cause,
                remedy: "it does not take this JSON (pulsectl alert --help shows it): use PULSE_ON_HEALTH_CHANGE")
        }
    }

    /// An error's name as chats have them ("invalid_payload", "no_team"): no more than that, since a page may repeat the address.
    private static func words(_ body: [UInt8], _ address: String) -> String? {
        let isPlain = body.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x20 }
        guard isPlain, (1...60).contains(body.count) else { return nil }
        let text = String(decoding: body, as: UTF8.self)
        return address.contains(text) ? nil : text
    }
}
