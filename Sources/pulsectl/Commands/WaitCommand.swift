import ArgumentParser
import Reporting
import Settings

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until the supervisor is healthy, ready or stopped; exit 1 when that takes too long.",
        discussion: "It may be called before the supervisor is started.")

    enum Goal: String, ExpressibleByArgument, CaseIterable { case healthy, ready, stopped }

    @OptionGroup var supervisor: SupervisorOptions
    @Argument(help: "healthy: everything works. ready: every wanted process is up. stopped: no supervisor answers.")
    var goal: Goal
    @Option(help: "How long, such as 30s or 2m.")
    var timeout = "60s"

    private static let pause = Duration.milliseconds(200)

    func validate() throws {
        if SettingParser.duration(timeout) == nil {
            throw ValidationError("--timeout takes a duration such as 500ms, 30s or 2m, not '\(timeout)'")
        }
    }

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            let end = ContinuousClock.now + .nanoseconds(SettingParser.duration(timeout) ?? 0)
            while true {
                let (isReached, summary) = try await look(client)
                if isReached { return print(summary) }
                guard .now < end else {
                    throw ControlError.refused("not \(goal.rawValue) within \(timeout): \(summary)")
                }
                try await Task.sleep(for: Self.pause)
            }
        }
    }

    /// - Throws: ``ControlError/silent(socket:cause:)`` when nobody can say whether it has stopped.
    private func look(_ client: SupervisorClient) async throws(ControlError) -> (Bool, String) {
        do throws(ControlError) {
            let status = try await client.status()
            return switch goal {
            case .healthy: (status.supervisor.state == "running" && status.status == .healthy, status.summary)
            case .ready:
                (
                    status.supervisor.state == "running" && status.slots.allSatisfy { $0.state == "ready" },
                    status.summary
                )
            case .stopped: (false, status.summary)
            }
        } catch {
            guard goal == .stopped else { return (false, "\(error)") }
            guard case .noSupervisor = error else { throw error }
            return (true, "stopped")
        }
    }
}
