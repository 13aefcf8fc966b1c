/// What a server that refused a request for its own sake (400, 413, 422) objects to, read from its words.
///
/// TEI before 1.9 says 413 where later versions say 422; the words are the same.
enum EmbedRefusal: Equatable {
    /// More inputs than it takes; how many it takes, when it says so.
    case tooManyInputs(most: Int?)
    /// More bytes than it takes, by its own bound or a proxy's.
    case tooManyBytes
    /// A text has more tokens than the model's window; how many that holds, when it says so.
    case tooManyTokens(window: Int?)
    /// A setting of ours names what the server does not have: that fails every text.
    case setting(String)
    /// Something about some text.
    case text

    /// - Parameter promptSetting: where the prompt of the request came from.
    init(_ fault: ServiceFault, promptSetting: String) {
        let words = fault.reason
        if words.contains("batch size") {
            self = .tooManyInputs(most: Self.number(after: "maximum allowed batch size ", in: words))
        } else if fault.status == 413, !words.contains("error_type") {
            self = .tooManyBytes
        } else if words.contains("prompt-name") || words.contains("prompt_name") {
            self = .setting(promptSetting)
        } else if words.contains("`dimensions`") {
            self = .setting("PULSE_TEI_DIMENSIONS")
        } else if words.contains("must have less than") {
            self = .tooManyTokens(window: Self.number(after: "must have less than ", in: words))
        } else {
            self = .text
        }
    }

    private static func number(after words: String, in text: String) -> Int? {
        guard let place = text.firstRange(of: words) else { return nil }
        return Int(text[place.upperBound...].prefix { $0.isNumber })
    }
}
