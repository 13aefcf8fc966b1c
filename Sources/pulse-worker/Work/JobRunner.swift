import Indexing
import JobQueue

/// Does one job's work; what is to be written about it in Redis is its result.
struct JobRunner {
    /// What becomes of the job.
    enum Verdict {
        case finish(JobOutcome)
        /// To the front of the queue, uncounted: the job is innocent of what stopped it.
        case giveBack(why: String)
    }

    let indexer: Indexer

    func run(_ job: ClaimedJob) async -> Verdict {
        switch job.payload {
        case .failure(let refusal): return .finish(.failure("\(refusal)", mayRetry: false))
        case .success(.documents(let documents, let isBatch)):
            guard let limit = job.timeoutSeconds, limit > 0 else { return await index(documents, isBatch, of: job) }
            return await within(.seconds(limit), "Task exceeded maximum timeout value (\(limit) seconds)") {
                await index(documents, isBatch, of: job)
            }
        }
    }

    private func index(_ documents: [DocumentFields], _ isBatch: Bool, of job: ClaimedJob) async -> Verdict {
        var results: [PickleValue] = []
        var complaints: [String] = []
        for document in documents {
            do throws(IndexingFailure) {
                results.append(Self.result(try await indexer.index(Self.indexDocument(document, of: job))))
            } catch {
                switch error {
                case .permanent(let reason):
                    complaints.append(isBatch ? "\(document.url ?? "(no url)"): \(reason)" : reason)
                case .unavailable(_, let fault), .configuration(_, let fault): return .giveBack(why: fault.description)
                case .cancelled: return .giveBack(why: "cancelled")
                }
            }
        }
        // A batch with one bad document fails, the good ones are indexed: a line for each bad one says why.
        guard complaints.isEmpty else { return .finish(.failure(complaints.joined(separator: "\n"), mayRetry: true)) }
        return .finish(.success(isBatch ? .list(results) : results.first ?? .none))
    }

    /// The dict that the replaced product returned, with what is ours behind it.
    private static func result(_ outcome: IndexOutcome) -> PickleValue {
        var entries = [
            PickleValue.Entry("success", .bool(true)), PickleValue.Entry("url", .string(outcome.url)),
            PickleValue.Entry("chunks_indexed", .int(outcome.chunksIndexed)),
            PickleValue.Entry("total_tokens", .int(outcome.totalTokens)),
        ]
        if outcome.unchanged { entries.append(PickleValue.Entry("unchanged", .bool(true))) }
        if outcome.superseded { entries.append(PickleValue.Entry("superseded", .bool(true))) }
        return .dict(entries)
    }

    private static func indexDocument(_ fields: DocumentFields, of job: ClaimedJob) -> IndexDocument {
        IndexDocument(
            url: fields.url ?? "", resolvedURL: fields.resolvedURL, title: fields.title,
            description: fields.description,
            markdown: fields.markdown ?? "", language: fields.language, country: fields.country,
            isMobile: fields.isMobile,
            crawlID: fields.crawlID, contentID: fields.contentID.flatMap(Int.init), createdAt: job.createdAt,
            jobID: job.id)
    }

    /// The work, or the failure that RQ writes for a job that takes too long - unless a service answered nobody all that
    /// time: an outage fails no job.
    private func within(_ limit: Duration, _ excess: String, _ work: @escaping @Sendable () async -> Verdict) async
        -> Verdict
    {
        await withTaskGroup(of: Verdict?.self) { group in
            group.addTask { await work() }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                if let service = [indexer.tei, indexer.qdrant].first(where: { $0.wasSilent(for: limit) }) {
                    return .giveBack(why: service.lastSeen?.health.reason ?? "a service was silent")
                }
                return .finish(.failure(excess, mayRetry: true))
            }
            // Whoever is first decides: the work, its cancellation from outside, or the limit.
            for await verdict in group {
                guard let verdict else { continue }
                group.cancelAll()
                return verdict
            }
            return .giveBack(why: "cancelled")
        }
    }
}
