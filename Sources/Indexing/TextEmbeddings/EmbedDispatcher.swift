import Synchronization

/// Brings waiting texts to the embedding servers: which go together is the queue's decision, when and how many each
/// server's pace's. A request is a task of its own; a call waits in one continuation, however many requests its texts are
/// spread over.
final class EmbedDispatcher: Sendable {
    private let endpoints: [EmbedEndpoint]
    private let retry: RetryPolicy
    private let state: Mutex<EmbedBook>
    private let origin = ContinuousClock.now

    init(_ endpoints: [EmbedEndpoint], retry: RetryPolicy) {
        self.endpoints = endpoints
        self.retry = retry
        state = Mutex(EmbedBook(endpoints: endpoints.count))
    }

    /// The server's limits, as it names them now.
    func learned(_ limits: ServerLimits, of endpoint: Int) {
        state.withLock { $0.adopt(limits, of: endpoint) }
        pump()
    }

    var waiting: Int { state.withLock { $0.queue.count } }

    /// The servers that work, the one with the most free room first.
    var preferred: [Int] {
        let free = state.withLock { book in book.paces.map { $0?.limiter.free ?? 0 } }
        return endpoints.indices.filter { endpoints[$0].isUsable }.sorted { free[$0] > free[$1] }
    }

    /// Embeds texts of any number; the outcomes are in their order. Cancelling the task takes back what still waits.
    func embed(_ texts: [String]) async throws(CallFailure) -> [EmbedOutcome] {
        if texts.isEmpty { return [] }
        let sizes = texts.map { JSONText.size(of: $0) + 1 }
        let call = state.withLock { $0.nextID() }
        let result: EmbedBook.Result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.open(call, texts, sizes, continuation) }
                pump()
                // A cancellation that came before found nothing to take back.
                if Task.isCancelled { cancel(call) }
            }
        } onCancel: {
            cancel(call)
        }
        return try result.get()
    }

    private var now: Duration { origin.duration(to: .now) }

    private func cancel(_ call: Int) {
        let ending = state.withLock { book in
            let ending = book.close(call, .failure(.cancelled))
            for request in book.abandoned(by: call) { request.cancel() }
            return ending
        }
        ending?.resume()
        pump()
    }

    /// Sends whatever may go now.
    private func pump() {
        let endings = state.withLock { pump(&$0) }
        for ending in endings { ending.resume() }
    }

    private func pump(_ book: inout EmbedBook) -> [EmbedBook.Ending] {
        if book.queue.isEmpty { return [] }
        let standings = endpoints.map { $0.caller.watch.standing }
        while !book.queue.isEmpty, let best = book.bestEndpoint(standings, now: now) {
            let (request, texts) = book.take(best.allowance, for: best.endpoint)
            book.started(request, Task { await self.perform(request, texts, best.endpoint) })
        }
        // Nobody is left to wait for: those who wait hear why.
        let refusals = standings.indices.map { book.paces[$0] == nil ? Self.unknown : standings[$0].refusal }
        guard !book.queue.isEmpty, !refusals.contains(nil),
            let fault = refusals.compactMap(\.self).first(where: {
                $0 != Self.unknown
            }) ?? refusals.first ?? nil
        else { return [] }
        return book.queue.calls.compactMap { book.close($0, .failure(.fault(fault))) }
    }

    private static let unknown = ServiceFault(.tei, .transient, "the model is not known yet")

    private func perform(_ request: Int, _ texts: [String], _ endpoint: Int) async {
        var report = await endpoints[endpoint].work(texts)
        if state.withLock({ $0.isMixed(request) }) { report.detach() }
        await confirm(&report, of: endpoint)
        let endings = state.withLock { book in
            let ended = book.finish(request, report)
            let failed = ended.map { settle($0, report, endpoint, &book) } ?? []
            return (ended?.endings ?? []) + failed + pump(&book)
        }
        for ending in endings { ending.resume() }
    }

    /// Has the facts read again where the answer says that they may be others. Vectors of a model that nobody knows are none.
    private func confirm(_ report: inout EmbedReport, of endpoint: Int) async {
        let doubts = state.withLock { $0.paces[endpoint]?.doubts ?? 0 }
        let isDoubtful = doubts > 0 && report.outcomes.contains { $0 != nil }
        guard report.contradictsFacts || isDoubtful else { return }
        do throws(CallFailure) {
            let facts = try await endpoints[endpoint].reload()
            state.withLock { book in
                // First what the server names, then what it has shown.
                book.adopt(facts.limits, of: endpoint)
                book.paces[endpoint]?.trusted(after: doubts)
            }
        } catch {
            guard isDoubtful else { return }
            report = EmbedReport(outcomes: report.outcomes.map { _ in nil }, trouble: report.trouble)
            if report.trouble != nil { return }
            switch error {
            // What it has against the question for its facts no document is to blame for.
            case .fault(let fault):
                report.trouble = .fault(fault.kind == .poison ? fault.judged(.configuration) : fault, isFinal: true)
            case .cancelled: report.trouble = .cancelled
            }
        }
    }

    /// What follows for the server, and for the texts that came back without an outcome.
    private func settle(
        _ ended: EmbedBook.Ended, _ report: EmbedReport, _ endpoint: Int, _ book: inout EmbedBook
    ) -> [EmbedBook.Ending] {
        let ticket = ended.ticket
        switch report.trouble {
        case nil:
            book.paces[endpoint]?.answered(ticket, report.signal)
            return []
        case .cancelled:
            book.paces[endpoint]?.returned(ticket)
            book.putBack(ended.left)
            return []
        case .tooManyInputs(let most):
            book.paces[endpoint]?.returned(ticket)
            book.paces[endpoint]?.refusesInputs(ticket.inputs, most: most)
            book.putBack(ended.left)
            return []
        case .tooManyBytes:
            book.paces[endpoint]?.returned(ticket)
            book.paces[endpoint]?.refusesBytes(ticket.bytes)
            book.putBack(ended.left)
            return []
        case .fault(let fault, let isFinal):
            return settle(ended, fault, isFinal: isFinal, endpoint, &book)
        }
    }

    private func settle(
        _ ended: EmbedBook.Ended, _ fault: ServiceFault, isFinal: Bool, _ endpoint: Int, _ book: inout EmbedBook
    ) -> [EmbedBook.Ending] {
        let watch = endpoints[endpoint].caller.watch
        var left = ended.left
        var isOverload = false
        if case .overloaded = fault.kind { isOverload = true }
        if !isOverload { for index in left.indices { left[index].attempts += 1 } }
        let decision = book.paces[endpoint]?.failed(
            ended.ticket, fault.kind, attempts: isOverload ? nil : left.map(\.attempts).max() ?? 1,
            isSilence: fault.isSilence, retry, now: now, luck: .random(in: 0..<1))
        if !isFinal, case .retry(let wait) = decision, isOverload || watch.takeRetry() {
            if !isOverload { watch.stumbled(fault) }
            book.putBack(left)
            Task { [weak self] in
                try? await Task.sleep(for: wait)
                self?.pump()
            }
            return []
        }
        watch.failed(isOverload ? fault.judged(.transient) : fault)
        // Another server may do what this one does not.
        if endpoints.indices.contains(where: { $0 != endpoint && endpoints[$0].isUsable }) {
            for index in left.indices { left[index].attempts = 0 }
            book.putBack(left)
            return []
        }
        let kept = isOverload ? fault.judged(.transient) : fault
        return Set(left.map(\.call)).compactMap { book.close($0, .failure(.fault(kept))) }
    }
}

extension EmbedEndpoint {
    /// Its model is known and its breaker lets requests through.
    var isUsable: Bool { facts != nil && caller.watch.refusal == nil }
}
