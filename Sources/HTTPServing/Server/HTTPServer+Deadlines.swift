internal import CLinux
internal import Glibc

/// How long clients may take, and how one is let go of.
extension HTTPServer {
    func enter(_ phase: ClientPhase, _ descriptor: Int32) {
        guard let client = clients[descriptor], client.phase != .shut else { return }
        clients[descriptor]?.phase = phase
        if let deadline = phase.deadline(limits, acceptedAt: client.acceptedAt) { nextCheck = min(nextCheck, deadline) }
    }

    func checkDeadlines(now: UInt64) {
        nextCheck = .max
        for (descriptor, client) in clients {
            guard let deadline = client.phase.deadline(limits, acceptedAt: client.acceptedAt) else { continue }
            if now < deadline {
                nextCheck = min(nextCheck, deadline)
            } else if let later = client.later {
                later.answer(limits.refusal(503, "the answer took too long", client.exchange?.head ?? .unknown))
            } else {
                cutOff(descriptor, RequestFault(status: 408, text: "the request took too long to arrive"))
            }
        }
    }

    /// Lets go of a client; one whose body is on its way is told why.
    func cutOff(_ descriptor: Int32, _ fault: RequestFault) {
        guard let client = clients[descriptor] else { return }
        if case .body = client.phase, let exchange = client.exchange {
            RawAnswer.send(limits.refusal(fault.status, fault.text, exchange.head), to: descriptor)
        }
        shut(descriptor)
    }

    /// Never `close`: the descriptor is libmicrohttpd's, which notices the end and closes it.
    func shut(_ descriptor: Int32) {
        clients[descriptor]?.phase = .shut
        shutdown(descriptor, Int32(SHUT_RDWR))
        clients[descriptor]?.reader?.wake()
    }

    func letIdleGo() {
        for (descriptor, client) in clients {
            switch client.phase {
            // Whose next request has arrived already gets its answer.
            case .idle where pulse_unread(descriptor) == 0: shut(descriptor)
            case .head where client.exchange == nil && pulse_unread(descriptor) == 0: shut(descriptor)
            default: break
            }
        }
    }

    /// An ended stream's rest has a deadline like any other answer.
    func streamEnded(_ descriptor: Int32) {
        guard case .streaming = clients[descriptor]?.phase else { return }
        let until = turnedAt + (limits.deadline ?? limits.sendDeadline)
        enter(.sending(since: turnedAt, until: until), descriptor)
    }
}
