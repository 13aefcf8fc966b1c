import JobQueue
import Logging
import ServiceWatching
import SupervisedProcess

/// Writes what became of a job, however long Redis is away: a result that is lost would be work done twice.
struct JobSettler {
    let queue: RedisQueue
    let services: ServiceWatch
    let tally: Tally
    let stop: StopRequest
    let lines: FinishedLines
    let log: Logger

    private static let pause = Duration.milliseconds(200)

    /// To be called outside the job's own task, which may be cancelled; the worker's end cuts its pauses short.
    func settle(_ job: ClaimedJob, _ verdict: JobRunner.Verdict, seconds: Double) async {
        FaultPoint.reached("worked", job.firstURL)
        var backoff = ReconnectBackoff()
        while true {
            var pause = Self.pause
            // While Redis is away the keeper looks for it: if every job did, they would wait for each other's time-outs.
            if services.redisServes {
                do throws(RedisError) {
                    switch verdict {
                    case .finish(let outcome):
                        note(try await queue.finish(job, outcome: outcome, seconds: seconds), outcome, job, seconds)
                        FaultPoint.reached("finished", job.firstURL)
                    case .giveBack(let why):
                        try await queue.giveBack([job])
                        log.debug("job \(job.id) goes back to the front of its queue: \(why)")
                    }
                    services.redisServedJob()
                    return
                } catch {
                    services.redisFailedJob(error)
                    pause = max(pause, backoff.pause(after: error.cause, fraction: .random(in: 0..<1)))
                }
            }
            if let end = stop.drainUntil, .now >= end {
                log.warning("job \(job.id): redis is away; the slot's next worker will do it again")
                return
            }
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    private func note(_ result: FinishResult, _ outcome: JobOutcome, _ job: ClaimedJob, _ seconds: Double) {
        switch (result, outcome) {
        case (.recorded, .success(let result)):
            tally.count { $0.done += 1 }
            lines.finished(job, result, seconds: seconds)
        case (.recorded, .failure(let reason, _)):
            tally.count { $0.failed += 1 }
            log.error("job \(job.id) failed: \(reason)")
        case (.recorded, .stopped(let reason)):
            tally.count { $0.failed += 1 }
            log.warning("job \(job.id): \(reason)")
        case (.recorded, .routed(let queue)): log.notice("job \(job.id) (\(job.function)) moved to the queue \(queue)")
        case (.retried(let seconds), _):
            tally.count { $0.retried += 1 }
            log.warning("job \(job.id) will be tried again in \(seconds) s")
        case (.lost, _): log.warning("job \(job.id) is no longer ours; its result is dropped")
        }
    }
}
