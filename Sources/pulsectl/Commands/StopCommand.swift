import ArgumentParser
import Reporting

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop everything gracefully, as SIGTERM does.",
        discussion: "Under systemd, systemctl stop is the better way: systemd then knows that it was meant.")

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(name: .customLong("no-wait"), help: "Return at once instead of waiting for the end.")
    var isImmediate = false

    private static let pause = Duration.milliseconds(200)
    /// Questions in a row without an answer, each of some seconds.
    private static let patience = 3

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            let pid = try await client.status().supervisor.pid
            // Asked for once it is gone, a socket of systemd's would start the next.
            let process = ProcessEnd(of: pid)
            _ = try await client.order("/stop")
            if isImmediate { return print("stop: begun") }
            var shown = ""
            var silences = 0
            while true {
                try await Task.sleep(for: Self.pause)
                if process.hasCome { return print("stopped") }
                do {
                    let status = try await client.status()
                    if status.supervisor.pid != pid {
                        return print("stopped; another one has been started, pid \(status.supervisor.pid)")
                    }
                    let left = status.slots.filter { $0.pid != nil }.map(\.slot)
                    let line = "stopping: \(left.isEmpty ? "nobody" : left.joined(separator: ", ")) left"
                    if line != shown { print(line) }
                    shown = line
                    silences = 0
                } catch ControlError.noSupervisor {
                    return print("stopped")
                } catch let error as ControlError {
                    silences += 1
                    if silences >= Self.patience { throw error }
                }
            }
        }
    }
}
