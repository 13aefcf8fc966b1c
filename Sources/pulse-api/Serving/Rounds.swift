import JobQueue
import SupervisedProcess

/// What is due at every interval: the question whether Redis is there, and the report.
struct Rounds: Sendable {
    let intake: JobIntake
    let queues: [String]
    let tally: Tally
    let reporter: APIReporter
    let interval: Duration

    /// Goes on until cancelled.
    func run() async {
        while !Task.isCancelled {
            await once()
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    func once() async {
        let waiting = try? await intake.lengths(of: queues)
        tally.count { $0.queued = waiting }
        await reporter.report()
    }
}
