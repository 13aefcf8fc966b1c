/// One request while it comes in, and the stream that answers it, if one does.
final class HTTPExchange {
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var isAnswered = false
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// What to do with one call of libmicrohttpd.
    enum Step {
        /// More of the request is to come, or its answer is on its way.
        case goOn
        case answer(HTTPReply)
    }

    /// One call of libmicrohttpd: headers complete (`isFirst`), a piece of the body, or the end.
    func proceed(
        _ call: borrowing HTTPCall, isFirst: Bool, limit: Int, respond: (HTTPRequest) -> HTTPReply
    ) -> Step {
        if isAnswered { return .goOn }
        if isFirst {
            guard call.announcedLength <= limit else { return answer(.whole(.tooLarge)) }
            return .goOn
        }
        let piece = call.takePiece()
        if !piece.isEmpty {
            isTooLarge = isTooLarge || body.count + piece.count > limit
            if !isTooLarge { body += piece }
            return .goOn
        }
        return answer(isTooLarge ? .whole(.tooLarge) : respond(call.request(body: body)))
    }

    private func answer(_ reply: HTTPReply) -> Step {
        isAnswered = true
        return .answer(reply)
    }
}

extension HTTPResponse {
    fileprivate static let tooLarge = HTTPResponse.error(413, "the request body is too large")
}
