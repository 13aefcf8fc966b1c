/// Does the model go with the settings, the limits with each other, and all servers together?
enum EmbeddingFindings {
    static func of(_ facts: Facts) -> [Finding] {
        facts.tei.flatMap { service in service.sight.value.map { of($0, service.address.shown) } ?? [] }
            + disagreement(facts.tei)
    }

    private static func of(_ tei: EmbeddingFacts, _ shown: String) -> [Finding] {
        var findings: [Finding] = []
        if let wanted = tei.wantedDimension, wanted != tei.dimension {
            findings.append(
                .broken(
                    .state(.teiDimension),
                    "\(tei.model) makes \(tei.dimension) dimensions, PULSE_VECTOR_DIM says \(wanted)",
                    "serve the model that was meant, or correct PULSE_VECTOR_DIM", at: shown))
        }
        if tei.clientBatch > tei.concurrent {
            findings.append(
                .warning(
                    .state(.teiBatchImpossible),
                    "it takes batches of \(tei.clientBatch) but has \(tei.concurrent) permits: a batch that is larger gets 429 "
                        + "for ever. Pulse sends none, other clients do",
                    "start it with --max-client-batch-size \(tei.concurrent), or more --max-concurrent-requests",
                    at: shown))
        }
        if tei.batchTokens < tei.window {
            findings.append(
                .warning(
                    .state(.teiBatchImpossible),
                    "a text may have \(tei.window) tokens, but a batch only \(tei.batchTokens): longer texts never succeed",
                    "start it with --max-batch-tokens \(tei.window) or more", at: shown))
        }
        if tei.window < tei.chunkTokens {
            findings.append(
                .warning(
                    .state(.teiWindowSmall),
                    "PULSE_CHUNK_TOKENS is \(tei.chunkTokens), the model takes \(tei.window): chunks are cut that short",
                    "set PULSE_CHUNK_TOKENS to \(tei.window) at most, so that all know it", at: shown))
        }
        if tei.defaultPromptTokens > 0, !tei.hasPrompt {
            findings.append(
                .warning(
                    .state(.teiDefaultPrompt),
                    "it puts a default prompt of \(tei.defaultPromptTokens) tokens before every text, of documents and searches alike",
                    "say which is meant by PULSE_TEI_PROMPT and PULSE_TEI_QUERY_PROMPT, or start it without --default-prompt",
                    at: shown))
        }
        return findings
    }

    private static func disagreement(_ servers: [Service<EmbeddingFacts>]) -> [Finding] {
        let seen = servers.compactMap { service in service.sight.value.map { (service.address.shown, $0) } }
        guard let (first, known) = seen.first else { return [] }
        guard let (other, facts) = seen.first(where: { !isSame($0.1, known) }) else { return [] }
        return [
            .broken(
                .state(.teiDisagreement), "\(first) has \(identity(known)), \(other) has \(identity(facts))",
                "let all addresses in PULSE_TEI_URL serve one model")
        ]
    }

    private static func isSame(_ left: EmbeddingFacts, _ right: EmbeddingFacts) -> Bool {
        left.model == right.model && left.revision == right.revision && left.dimension == right.dimension
            && left.window == right.window
    }

    private static func identity(_ tei: EmbeddingFacts) -> String {
        "\(tei.model)\(tei.revision.map { " at \($0)" } ?? ""), \(tei.dimension) dimensions, \(tei.window) tokens"
    }
}
