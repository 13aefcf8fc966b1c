/// Calls one service: address and key put on, answers judged, failures retried and held against the service.
struct ServiceCaller: Sendable {
    /// Who is calling.
    enum Purpose {
        /// A job: refused while the breaker is open, retried.
        case work
        /// A job of a caller that paces itself: tried once, and what the failure means is the caller's to say. Only a failed
        /// inference (424) is tried again here, since it tells nothing before it has repeated itself.
        case pacedWork
        /// A check: made whatever the breaker says, once, and says itself what the outcome means.
        case probe
    }

    let service: ServiceFault.Service
    let endpoint: ServiceEndpoint
    let http: HTTPClient
    let retry: RetryPolicy
    let watch = ServiceGuard()

    /// - Parameters:
    ///   - expected: statuses that are answers to the caller though they are not 2xx.
    ///   - deadline: nil = the endpoint's for this purpose.
    ///   - isDivisible: an answer that is too large is the request's fault, since less can be asked for.
    ///   - mayBegin: asked right before each attempt; what it gives ends the call.
    ///   - failed: told right after each attempt that failed, before the next is waited for.
    /// - Returns: a 2xx answer in JSON, or one of the expected statuses.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = [], expected: Set<Int> = [],
        purpose: Purpose = .work, deadline: Duration? = nil, isDivisible: Bool = false,
        mayBegin: (@Sendable () -> CallFailure?)? = nil,
        failed: (@Sendable () -> Void)? = nil
    ) async throws(CallFailure) -> HTTPResponse {
        let usual = purpose == .probe ? endpoint.probeDeadline : endpoint.deadline
        let request = request(method, path, body, deadline ?? usual)
        let began = ContinuousClock.now
        // Flow control is obeyed, and neither an attempt nor a part of the patience with failures.
        var (failures, refusals, obeyed) = (0, 0, Duration.zero)
        while true {
            if purpose != .probe, let fault = watch.refusal { throw .fault(fault) }
            if let failure = mayBegin?() { throw failure }
            watch.requestSent()
            if purpose != .probe { watch.workBegan() }
            defer { if purpose != .probe { watch.workEnded() } }
            let (response, fault) = try await once(request, expected, isDivisible)
            if let response {
                if purpose != .probe { watch.answered() }
                return response
            }
            guard let fault else { throw .cancelled }
            failed?()
            let ended = ContinuousClock.now
            if case .overloaded = fault.kind {
                refusals += 1
                try await settle(fault, refusals, ended - began, purpose)
                obeyed += .now - ended
            } else {
                failures += 1
                try await settle(fault, failures, ended - began - obeyed, purpose)
            }
        }
    }

    /// Returns when the call is to be made again.
    private func settle(
        _ fault: ServiceFault, _ attempt: Int, _ elapsed: Duration, _ purpose: Purpose
    ) async throws(CallFailure) {
        switch (purpose, fault.kind) {
        case (.probe, _), (.pacedWork, .overloaded), (.pacedWork, .transient), (.pacedWork, .configuration):
            throw .fault(fault)
        case (.pacedWork, .suspect), (.pacedWork, .poison), (.work, _): break
        }
        let decision = retry.decide(fault.kind, attempt: attempt, elapsed: elapsed, luck: .random(in: 0..<1))
        switch (decision, fault.kind) {
        case (_, .poison):
            watch.answered()
            throw .fault(fault)
        case (.giveUp, .suspect) where purpose == .pacedWork:
            // Whoever paces itself finds out whose fault it is.
            watch.stumbled(fault)
            throw .fault(fault)
        case (.giveUp, .suspect), (.giveUp, .overloaded), (.giveUp, .transient), (.giveUp, .configuration):
            watch.failed(fault)
            throw .fault(fault)
        case (.retry(let wait), .transient), (.retry(let wait), .suspect), (.retry(let wait), .configuration):
            guard watch.takeRetry() else {
                watch.failed(fault)
                throw .fault(fault)
            }
            watch.stumbled(fault)
            try await pause(wait)
        case (.retry(let wait), .overloaded):
            try await pause(wait)
        }
    }

    func pause(_ duration: Duration) async throws(CallFailure) {
        do { try await Task.sleep(for: duration) } catch { throw .cancelled }
    }

    /// An answer, or a fault, or neither when cancelled.
    private func once(
        _ request: HTTPRequest, _ expected: Set<Int>, _ isDivisible: Bool
    ) async throws(CallFailure) -> (HTTPResponse?, ServiceFault?) {
        do {
            let response = try await http.send(request)
            // The usual answer costs nothing more: a fault's words are made of the address and the body.
            let isExpected = (200..<300).contains(response.status) || expected.contains(response.status)
            if isExpected, response.isJSON { return (response, nil) }
            let fault = ServiceFault.answer(service, response, from: request.address)
            return fault == nil ? (response, nil) : (nil, fault)
        } catch {
            let fault = ServiceFault.transport(service, error)
            if isDivisible, case .tooLarge = error { return (nil, fault?.judged(.poison)) }
            return (nil, fault)
        }
    }

    private func request(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ deadline: Duration
    ) -> HTTPRequest {
        let base = endpoint.url.hasSuffix("/") ? String(endpoint.url.dropLast()) : endpoint.url
        var headers = ["Content-Type: application/json", "Accept: application/json"]
        if let key = endpoint.apiKey, !key.isEmpty {
            headers.append(service == .tei ? "Authorization: Bearer \(key)" : "api-key: \(key)")
        }
        return HTTPRequest(
            method: method, url: base + path, headers: headers, body: body, deadline: deadline,
            connectTimeout: endpoint.connectTimeout)
    }
}
