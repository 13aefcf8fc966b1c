/// What became of one request of the dispatcher, whatever it took.
struct EmbedReport: Sendable {
    /// Why texts came back without an outcome.
    enum Trouble: Sendable {
        case tooManyInputs(most: Int?)
        case tooManyBytes
        /// Final: retries would not help, or have been made.
        case fault(ServiceFault, isFinal: Bool)
        case cancelled
    }

    /// In the order of the texts; nil = it may go again.
    var outcomes: [EmbedOutcome?]
    var trouble: Trouble?
    var signal = LoadSignal()
    /// The server refused what its facts allow: they are to be read again.
    var contradictsFacts = false
}

extension EmbedEndpoint {
    /// Embeds texts; when the server refuses them for one text's sake, finds that one out and embeds the others.
    func work(_ texts: [String]) async -> EmbedReport {
        var report = EmbedReport(outcomes: Array(repeating: nil, count: texts.count))
        await settle(ArraySlice(texts.indices), of: texts, mayAsk: true, &report)
        return report
    }

    /// - Parameter mayAsk: false once the tokenizer has been asked: from then on only halving helps.
    private func settle(_ part: ArraySlice<Int>, of texts: [String], mayAsk: Bool, _ report: inout EmbedReport) async {
        guard report.trouble == nil, !part.isEmpty else { return }
        do throws(CallFailure) {
            // Without facts the breaker is open, or about to be: the call says so.
            let answer = try await embed(
                part.lazy.map { texts[$0] }, .document, dimension: facts?.dimension, .pacedWork)
            for (index, vector) in zip(part, answer.vectors) { report.outcomes[index] = .vector(vector) }
            if part.count == texts.count { report.signal = answer.signal }
        } catch {
            guard case .fault(let fault) = error else { return report.trouble = .cancelled }
            switch fault.kind {
            case .poison: await settle(part, refused: fault, of: texts, mayAsk: mayAsk, &report)
            case .suspect:
                if let outage = await exonerate() { return report.trouble = outage }
                await halve(part, fault, of: texts, &report)
            case .transient, .overloaded: report.trouble = .fault(fault, isFinal: false)
            case .configuration: report.trouble = .fault(fault, isFinal: true)
            }
        }
    }

    private func settle(
        _ part: ArraySlice<Int>, refused fault: ServiceFault, of texts: [String], mayAsk: Bool,
        _ report: inout EmbedReport
    ) async {
        let refusal = EmbedRefusal(fault, promptSetting: Self.promptSetting(.document))
        if case .tooManyTokens(let window) = refusal, window != facts?.maxInputLength { report.contradictsFacts = true }
        if let first = part.first, part.count == 1, !isSetting(fault) {
            return report.outcomes[first] = .rejected(fault)
        }
        switch refusal {
        case .tooManyInputs(let most):
            report.trouble = .tooManyInputs(most: most)
            report.contradictsFacts = true
        case .tooManyBytes: report.trouble = .tooManyBytes
        case .setting:
            if case .fault(let judged) = refused(.fault(fault), .document) {
                report.trouble = .fault(judged, isFinal: true)
            }
        case .tooManyTokens where mayAsk:
            let guilty = await tooLong(part, of: texts)
            if guilty.isEmpty { return await halve(part, fault, of: texts, &report) }
            for index in guilty { report.outcomes[index] = .rejected(fault) }
            await settle(ArraySlice(part.filter { !guilty.contains($0) }), of: texts, mayAsk: false, &report)
        case .tooManyTokens, .text: await halve(part, fault, of: texts, &report)
        }
    }

    private func isSetting(_ fault: ServiceFault) -> Bool {
        if case .setting = EmbedRefusal(fault, promptSetting: "") { true } else { false }
    }

    private func halve(_ part: ArraySlice<Int>, _ fault: ServiceFault, of texts: [String], _ report: inout EmbedReport)
        async
    {
        if let first = part.first, part.count == 1 { return report.outcomes[first] = .rejected(fault) }
        let middle = part.startIndex + part.count / 2
        await settle(part[..<middle], of: texts, mayAsk: false, &report)
        await settle(part[middle...], of: texts, mayAsk: false, &report)
    }

    /// Those with more tokens than the window holds: by their bytes when that leaves one, else by the tokenizer's count.
    /// None when neither tells.
    private func tooLong(_ part: ArraySlice<Int>, of texts: [String]) async -> Set<Int> {
        guard let facts else { return [] }
        let all = Array(part)
        let suspects = PoisonHunt.suspects(all.map { texts[$0].utf8.count }, room: facts.textTokens).map { all[$0] }
        if suspects.count == 1 { return Set(suspects) }
        guard let counts = try? await tokenCounts(suspects.map { texts[$0] }) else { return [] }
        return Set(zip(suspects, counts).filter { $1 > facts.maxInputLength }.map(\.0))
    }

    /// A failed inference may be the server's fault or the text's: when a harmless text fails as well, it is the server's.
    private func exonerate() async -> EmbedReport.Trouble? {
        do throws(CallFailure) {
            _ = try await embed(["pulse"], .document, dimension: facts?.dimension, .pacedWork)
            return nil
        } catch {
            guard case .fault(let again) = error else { return .cancelled }
            switch again.kind {
            case .suspect: return .fault(again.judged(.transient), isFinal: true)
            // A server that refuses a plain word for its own sake is not the one it should be.
            case .poison, .configuration: return .fault(again.judged(.configuration), isFinal: true)
            case .transient, .overloaded: return .fault(again, isFinal: false)
            }
        }
    }
}
