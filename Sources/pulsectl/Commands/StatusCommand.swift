import ArgumentParser
import Glibc

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show workers, services and the queue (exit 3 when no supervisor answers).")

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(help: "Print the status document as JSON.")
    var json = false

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            if json {
                print(try await client.text("/status"))
            } else {
                print(try await client.status().text(table: StatusTable.forTerminal()))
            }
        }
    }
}

extension StatusTable {
    /// As wide as the terminal and coloured, or plain and uncut when something else reads.
    static func forTerminal() -> StatusTable {
        guard isatty(STDOUT_FILENO) == 1 else { return StatusTable(coloured: false, width: .max) }
        var size = winsize()
        let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
        return StatusTable(coloured: unsafe getenv("NO_COLOR") == nil, width: known ? Int(size.ws_col) : 80)
    }
}
