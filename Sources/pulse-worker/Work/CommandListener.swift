import JobQueue
import Logging
import ServiceWatching
import SupervisedProcess

/// Obeys RQ's commands: what `send_shutdown_command`, `send_stop_job_command`, `send_stop_execution_command` and
/// `send_kill_horse_command` publish to this worker.
struct CommandListener: Sendable {
    let queue: RedisQueue
    let services: ServiceWatch
    let claims: Claims
    let log: Logger
    let leave: @Sendable (StopReason) -> Void

    private static let pause = Duration.milliseconds(500)

    /// Goes on until cancelled.
    func run() async {
        var complaint: RedisError?
        while !Task.isCancelled {
            // Whether Redis is back, the keeper finds out.
            if services.redisServes {
                do throws(RedisError) {
                    if let command = try await queue.nextCommand() { obey(command) }
                    complaint = nil
                    continue
                } catch {
                    if complaint != error { log.warning("RQ's commands cannot be heard: \(error)") }
                    complaint = error
                }
            }
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    private func obey(_ command: WorkerCommand) {
        switch command {
        case .shutdown: leave(.command)
        case .stopJob(let id): stop("job \(id)") { $0.id == id }
        case .stopExecution(let id, let execution):
            stop("execution \(execution) of job \(id)") { $0.id == id && $0.execution == execution }
        case .killHorse:
            let count = claims.decide(.finish(.failure(Self.killed, mayRetry: true)), running: true)
            log.notice("kill-horse command received: \(count) jobs end")
        }
    }

    private func stop(_ what: String, _ isMeant: @Sendable (ClaimedJob) -> Bool) {
        let count = claims.decide(.finish(.stopped(Self.stopped)), where: isMeant)
        log.notice("command to stop \(what) received\(count == 0 ? ", which is not in hand" : "")")
    }

    /// RQ's words.
    private static let stopped = "Job stopped by user, work-horse terminated."
    private static let killed = "Work-horse terminated unexpectedly; the kill-horse command ended it."
}
