/// One request while it comes in, and what answers it.
final class HTTPExchange {
    /// What to do with one call of libmicrohttpd.
    enum Step {
        /// More of the request is to come, or its answer is on its way.
        case goOn
        case answer(HTTPReply)
        /// Answered before its body was read; the connection ends with it.
        case turnDown(HTTPResponse)
        /// No answer can be queued in the middle of a body.
        case cutOff(RequestFault)
    }

    private enum State {
        case begun
        case receiving
        case waiting(HTTPLater)
        case answered
    }

    let descriptor: Int32
    /// As it was sent, not decoded.
    private let target: String
    private var state = State.begun
    private(set) var head: HTTPRequest
    private var body: [UInt8] = []
    /// Of the body, in the server's keeping until the exchange is over.
    private(set) var bytes = 0

    init(descriptor: Int32, target: String) {
        self.descriptor = descriptor
        self.target = target
        head = HTTPRequest(method: "", path: "")
    }

    /// Whether we have said what the answer is; else libmicrohttpd has refused it by itself.
    var isAnswered: Bool {
        if case .answered = state { return true }
        return false
    }

    var isWaiting: Bool {
        if case .waiting = state { return true }
        return false
    }

    var isReceiving: Bool {
        if case .receiving = state { return true }
        return false
    }

    /// Its connection ends before the body is complete.
    /// - Returns: how many bytes of it there were.
    func giveUp() -> Int {
        defer {
            body = []
            bytes = 0
        }
        return bytes
    }

    /// One call of libmicrohttpd: the headers are complete, a piece of the body, its end, or awake after the wait for an answer.
    func proceed(
        _ call: borrowing HTTPCall, from peer: HTTPPeer, limits: HTTPLimits, screen: (HTTPRequest) -> HTTPResponse?,
        respond: (HTTPRequest) -> HTTPReply
    ) -> Step {
        switch state {
        case .begun: return begin(call, peer, limits, screen)
        case .receiving:
            let piece = call.takePiece()
            guard piece.isEmpty else { return take(piece, limits) }
            head.body = body
            body = []
            return reply(respond(head))
        case .waiting(let later):
            guard let response = later.response else { return .goOn }
            state = .answered
            return .answer(.whole(response))
        case .answered: return .goOn
        }
    }

    private func begin(
        _ call: borrowing HTTPCall, _ peer: HTTPPeer, _ limits: HTTPLimits, _ screen: (HTTPRequest) -> HTTPResponse?
    ) -> Step {
        head = call.head(from: peer)
        let fault =
            RequestFraming.fault(
                version: call.version, method: head.method, target: target, headers: head.headers,
                headSize: call.headSize,
                headLimit: limits.head) ?? tooLarge(limits)
        // Nobody shall compare what is no method with those that they know: for a long run of marks that takes long.
        if !HeaderName.isToken(head.method) { head.method = "?" }
        guard let refused = fault.map({ limits.refusal($0.status, $0.text, head) }) ?? screen(head) else {
            state = .receiving
            return .goOn
        }
        state = .answered
        return .turnDown(refused)
    }

    private func tooLarge(_ limits: HTTPLimits) -> RequestFault? {
        let announced = head.header("Content-Length").flatMap(RequestFraming.announcedLength) ?? 0
        return announced > limits.body ? .tooLarge(limits.body) : nil
    }

    private func take(_ piece: [UInt8], _ limits: HTTPLimits) -> Step {
        guard body.count + piece.count <= limits.body else { return .cutOff(.tooLarge(limits.body)) }
        body += piece
        bytes = body.count
        return .goOn
    }

    private func reply(_ reply: HTTPReply) -> Step {
        if case .later(let later) = reply {
            if let response = later.response { return self.reply(.whole(response)) }
            state = .waiting(later)
        } else {
            state = .answered
        }
        return .answer(reply)
    }
}

extension RequestFault {
    fileprivate static func tooLarge(_ limit: Int) -> RequestFault {
        RequestFault(status: 413, text: "the request body is too large: at most \(limit) bytes")
    }
}
