import ArgumentParser
import Reporting

struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Replace the workers and the API one at a time, or one slot's process.",
        discussion: """
            The next is replaced only once the new one is ready; when a new one dies twice, the rest is left as it is and the \
            exit status is 1.
            """)

    @OptionGroup var supervisor: SupervisorOptions
    @OptionGroup var wait: OperationWait
    @Argument(help: "A slot, such as worker.2 (default: all workers and the API).")
    var slot: String?

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            let path = try slot.map { "/workers/\(try SlotName.checked($0))/restart" } ?? "/restart"
            try await wait.follow(try await client.order(path), client)
        }
    }
}

struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Run more or fewer processes of a program: worker=8.",
        discussion: "New ones start at once; of those that leave the idle ones go first, and the busy ones drain.")

    @OptionGroup var supervisor: SupervisorOptions
    @OptionGroup var wait: OperationWait
    @Argument(help: ArgumentHelp("The program and how many of it.", valueName: "program=n"))
    var target: String

    func run() async throws {
        try await ExitStatus.with {
            let parts = target.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let count = Int(parts[1]), (0...256).contains(count),
                !parts[0].isEmpty, parts[0].allSatisfy({ $0 != "\"" && $0 != "\\" && !$0.isNewline })
            else {
                throw ControlError.refused(
                    "'\(target.prefix(60))': takes program=n with n from 0 to 256, such as worker=8")
            }
            let client = try supervisor.client()
            let body = "{\"\(parts[0])\":\(count)}"
            try await wait.follow(try await client.order("/scale", body: body), client)
        }
    }
}

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the env file read again, and what changed brought to workers and API one at a time.",
        discussion: """
            A file that cannot be used changes nothing and says so; new settings of which processes die are taken back. Both are \
            exit status 1.
            """)

    @OptionGroup var supervisor: SupervisorOptions
    @OptionGroup var wait: OperationWait

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            try await wait.follow(try await client.order("/reload"), client)
            for note in try await client.status().supervisor.notes { print("note: \(note)") }
        }
    }
}
