internal import CLinux
internal import CMicroHTTPD

/// What libmicrohttpd tells of requests and connections, from within a turn.
extension HTTPServer {
    func began(_ exchange: HTTPExchange) {
        clients[exchange.descriptor]?.exchange = exchange
        if case .idle = clients[exchange.descriptor]?.phase { enter(.head(since: turnedAt), exchange.descriptor) }
    }

    func ended(_ exchange: HTTPExchange) {
        let descriptor = exchange.descriptor
        bytesHeld -= exchange.bytes
        guard let client = clients[descriptor], client.exchange === exchange else { return }
        clients[descriptor]?.exchange = nil
        clients[descriptor]?.later = nil
        if !exchange.isAnswered { clients[descriptor]?.isCutShort = true }
        enter(.idle(since: turnedAt), descriptor)
    }

    func forget(_ descriptor: Int32) {
        pausedUntil = nil
        guard let client = clients.removeValue(forKey: descriptor), client.phase != .shut else { return }
        var isUnfinished = client.isCutShort
        if case .head = client.phase { isUnfinished = true }
        if isUnfinished, pulse_unread(descriptor) > 0 || client.isCutShort { lingering.keep(descriptor, now: turnedAt) }
    }

    func proceed(
        _ exchange: HTTPExchange, _ call: borrowing HTTPCall, on connection: OpaquePointer
    ) -> MHD_Result {
        let descriptor = exchange.descriptor
        guard let client = clients[descriptor], !isClosing || exchange.isWaiting else { return pulse_http_no }
        let before = exchange.bytes
        let step = exchange.proceed(call, from: client.peer, limits: limits, screen: screen, respond: respond)
        switch step {
        case .goOn:
            guard exchange.isReceiving else { return pulse_http_yes }
            return receive(exchange, exchange.bytes - before, client.phase)
        case .turnDown(let response):
            clients[descriptor]?.isCutShort = true
            enter(.sending(response.body.count, now: turnedAt, limits, acceptedAt: client.acceptedAt), descriptor)
            return call.queue(response, closes: true)
        case .cutOff(let fault): return breakOff(exchange, fault)
        case .answer(.whole(let response)):
            clients[descriptor]?.later = nil
            enter(.sending(response.body.count, now: turnedAt, limits, acceptedAt: client.acceptedAt), descriptor)
            return call.queue(response, closes: !limits.keepsAlive || isRetiring)
        case .answer(.later(let later)):
            unsafe MHD_suspend_connection(connection)
            later.wake = { [weak self] in
                unsafe MHD_resume_connection(connection)
                self?.wantsTurn = true
            }
            clients[descriptor]?.later = later
            enter(.answering(since: turnedAt), descriptor)
            return pulse_http_yes
        case .answer(.stream(let stream)):
            let reader = unsafe StreamReader(stream, connection: connection) { [weak self] in self?.wantsTurn = true }
            stream.whenEnded = { [weak self] in
                self?.endedStreams.append(descriptor)
                self?.wantsTurn = true
            }
            clients[descriptor]?.reader = reader
            enter(.streaming(since: client.acceptedAt), descriptor)
            let kept = unsafe Unmanaged.passRetained(reader).toOpaque()
            return unsafe call.queue(stream, context: kept, read: readStream, free: freeStream)
        }
    }

    private func receive(_ exchange: HTTPExchange, _ bytes: Int, _ phase: ClientPhase) -> MHD_Result {
        bytesHeld += bytes
        if case .body(let since, let before) = phase {
            clients[exchange.descriptor]?.phase = .body(since: since, bytes: before + bytes)
        } else {
            enter(.body(since: turnedAt, bytes: 0), exchange.descriptor)
        }
        while bytesHeld > limits.bodies {
            let fault = RequestFault(status: 503, text: "too many large requests at once; try again later")
            guard let oldest = oldestBody(), oldest != exchange.descriptor else { return breakOff(exchange, fault) }
            bytesHeld -= clients[oldest]?.exchange?.giveUp() ?? 0
            cutOff(oldest, fault)
        }
        return pulse_http_yes
    }

    /// Whose body has been on its way for longest.
    private func oldestBody() -> Int32? {
        clients.compactMap { descriptor, client -> (descriptor: Int32, since: UInt64)? in
            guard case .body(let since, let bytes) = client.phase, bytes > 0 else { return nil }
            return (descriptor, since)
        }.min { $0.since < $1.since }?.descriptor
    }

    /// Ends a request in the middle of its body; only from within a call for it.
    private func breakOff(_ exchange: HTTPExchange, _ fault: RequestFault) -> MHD_Result {
        RawAnswer.send(limits.refusal(fault.status, fault.text, exchange.head), to: exchange.descriptor)
        clients[exchange.descriptor]?.isCutShort = true
        return pulse_http_no
    }
}
