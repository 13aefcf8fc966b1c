import ArgumentParser

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
                print(StatusTable.forOutput().render(try await client.status().page))
            }
        }
    }
}

extension StatusTable {
    /// As wide as the terminal and coloured, or plain and uncut when something else reads.
    static func forOutput() -> StatusTable {
        guard Terminal.isOutput else { return StatusTable(coloured: false, width: .max) }
        return StatusTable(coloured: Terminal.isColoured, width: Terminal.size().width)
    }
}
