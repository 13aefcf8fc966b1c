import ArgumentParser
import JobQueue
import Reporting

struct JobsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a job: where it stands, what it waits for, how it ended and why.",
        discussion: "Documents are not printed, long texts and return values are cut, credentials in URLs left out.")

    @Argument(help: ArgumentHelp("The job's id.", valueName: "id"))
    var id: String
    @Flag(help: "Print it as a line of JSON.")
    var json = false
    @OptionGroup var redis: RedisOptions

    func run() async throws {
        try await redis.with { registry, _, url in
            guard let details = try await registry.details(of: id) else {
                throw ControlError.refused(
                    "no job \(NotifyMessage.printable(id)) in \(url): it expired or was deleted; pulsectl jobs lists those there are"
                )
            }
            if json {
                Terminal.write(String(decoding: JSONLine.line(JobDetailsJSON(details)), as: UTF8.self))
            } else {
                print(JobCard.forOutput().render(details, now: try await registry.now()))
            }
        }
    }
}
