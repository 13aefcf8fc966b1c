import Indexing
import JobQueue
import Reporting
import Settings

/// Does one job's work; what is to be written about it in Redis is its result.
struct JobRunner {
    /// What becomes of the job.
    enum Verdict: Sendable {
        case finish(JobOutcome)
        /// To the front of the queue, uncounted: the job is innocent of what stopped it.
        case giveBack(why: String)
    }

    let indexer: Indexer
    let unknownJobs: UnknownJobs

    func run(_ job: ClaimedJob) async -> Verdict {
        switch await job.read() {
        case .failure(let refusal):
            if refusal.isForeign, case .route(let queue) = unknownJobs { return .finish(.routed(queue: queue)) }
            return .finish(.failure("\(refusal)", mayRetry: false))
        case .success(.documents(let documents, let isBatch)):
            FaultPoint.reached("begun", documents.first?.url)
            return await index(documents, isBatch, of: job)
        }
    }

    /// The failure that RQ writes for a job that takes too long - unless a service answered nobody all that time: an outage
    /// fails no job.
    func overdue(_ limit: Int) -> Verdict {
        if let service = [indexer.tei, indexer.qdrant].first(where: { $0.wasSilent(for: .seconds(limit)) }) {
            return .giveBack(why: service.lastSeen?.reason ?? "a service was silent")
        }
        return .finish(.failure("Task exceeded maximum timeout value (\(limit) seconds)", mayRetry: true))
    }

    private func index(_ documents: consuming [DocumentFields], _ isBatch: Bool, of job: ClaimedJob) async -> Verdict {
        var results: [PickleValue] = []
        var complaints: [String] = []
        for index in documents.indices {
            let url = documents[index].url
            let document = Self.indexDocument(documents[index], of: job)
            // The text is the indexer's alone from here, which lets go of it as early as it can.
            documents[index].markdown = nil
            do throws(IndexingFailure) {
                results.append(Self.result(try await indexer.index(consume document)))
            } catch {
                switch error {
                case .permanent(let reason): complaints.append(isBatch ? "\(Self.shown(url)): \(reason)" : reason)
                case .unavailable(_, let fault), .configuration(_, let fault): return .giveBack(why: fault.description)
                case .cancelled: return .giveBack(why: "cancelled")
                }
            }
        }
        // A batch with one bad document fails, the good ones are indexed: a line for each bad one says why.
        guard complaints.isEmpty else { return .finish(.failure(Self.text(of: complaints), mayRetry: true)) }
        return .finish(.success(isBatch ? .list(results) : results.first ?? .none))
    }

    /// A batch of any size must not become a reason of any size.
    private static let mostComplaints = 100

    private static func text(of complaints: [String]) -> String {
        let more = complaints.count - mostComplaints
        let shown = complaints.prefix(mostComplaints) + (more > 0 ? ["... and \(more) more"] : [])
        return shown.joined(separator: "\n")
    }

    private static func shown(_ url: String?) -> String {
        url.map { NotifyMessage.printable(SanitizedURL($0).description) } ?? "(no url)"
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
            jobID: job.id, isForced: job.isForced)
    }
}
