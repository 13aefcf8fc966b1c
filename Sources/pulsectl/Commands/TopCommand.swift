import ArgumentParser
import Settings

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show the status as a live screen; q leaves.")

    @OptionGroup var supervisor: SupervisorOptions
    @Option(help: "How often it is drawn anew, such as 500ms or 2s.")
    var interval = "1s"

    func validate() throws {
        guard let time = SettingParser.duration(interval), time >= 100_000_000 else {
            throw ValidationError("--interval takes a duration from 100ms, not '\(interval)'")
        }
    }

    func run() async throws {
        try await ExitStatus.with {
            guard Terminal.isOutput else {
                throw ControlError.refused("top needs a terminal; pulsectl status prints the same once")
            }
            let client = try supervisor.client()
            // Before the screen changes: an error must not vanish with it.
            _ = try await client.status()
            let screen = LiveScreen()
            repeat {
                guard let page = await screen.content({ await page(client) }) else { return }
                screen.draw(page)
            } while await screen.rest(for: .nanoseconds(SettingParser.duration(interval) ?? 0))
        }
    }

    private func page(_ client: SupervisorClient) async -> String {
        let (width, height) = Terminal.size()
        do throws(ControlError) {
            let table = StatusTable(coloured: Terminal.isColoured, width: width)
            return table.render(try await client.status().page, height: height)
        } catch {
            return "\(error)\n\nlooking again every \(interval); q leaves"
        }
    }
}
