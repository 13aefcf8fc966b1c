import Indexing
import JobQueue
import Logging
import Reporting
import Synchronization

/// Says of each finished job what it came to, so that whoever enqueued a document finds it in the log.
final class FinishedLines: Sendable {
    private let log: Logger
    private let budget = Mutex(LineBudget())
    private let begun = ContinuousClock.now

    init(log: Logger) { self.log = log }

    func finished(_ job: ClaimedJob, _ result: PickleValue, seconds: Double) {
        let second = Int(begun.duration(to: .now).components.seconds)
        guard let leftOut = budget.withLock({ $0.ask(at: second) }) else { return }
        let more = leftOut == 0 ? "" : "; \(leftOut) more finished before it"
        let milliseconds = Int((seconds * 1000).rounded())
        log.info("job \(job.id) finished in \(milliseconds) ms: \(Self.words(result))\(more)")
    }

    private static func words(_ result: PickleValue) -> String {
        if case .list(let documents) = result { return "\(documents.count) documents" }
        guard case .string(let url)? = result["url"] else { return "done" }
        let what: String
        if result["superseded"] == .bool(true) {
            what = "a later job's content stays"
        } else if case .int(let chunks)? = result["chunks_indexed"] {
            let count = chunks == 1 ? "1 chunk" : "\(chunks) chunks"
            what = result["unchanged"] == .bool(true) ? "unchanged, \(count)" : count
        } else {
            what = "done"
        }
        return "\(NotifyMessage.printable(SanitizedURL(url).description)), \(what)"
    }
}
