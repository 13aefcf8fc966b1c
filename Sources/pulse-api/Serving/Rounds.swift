import JobQueue
import ServiceWatching
import SupervisedProcess

/// What is due at every interval: the question whether Redis is there, and the report.
struct Rounds: Sendable {
    let intake: JobIntake
    let queues: [String]
    let services: ServiceWatch
    let tally: Tally
    let reporter: APIReporter
    let interval: Duration

    /// A refusal counts for so long: where nobody is sent to a front that is not well, no success would ever end it.
    private static let memory = Duration.seconds(30)

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
        if waiting != nil { await judge() }
        await reporter.report()
    }

    /// A Redis that answers may yet refuse every document: its memory is full, a right is missing. Asked here and not at each
    /// delivery, so that one that refuses some and takes others is told of once in an interval at most.
    private func judge() async {
        if let refusal = await intake.refusal(within: Self.memory) {
            services.redisFailedJob(refusal)
        } else {
            services.redisServedJob()
        }
    }
}
