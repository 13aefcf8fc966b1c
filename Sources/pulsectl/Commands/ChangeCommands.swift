import ArgumentParser
import Reporting

struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Replace the workers one at a time, or one slot's process.",
        discussion: """
            The next is replaced only once the new one is ready; when a new one dies twice, the rest is left as it is and the \
            exit status is 1.
            """)

    @OptionGroup var supervisor: SupervisorOptions
    @OptionGroup var wait: OperationWait
    @Argument(help: "A slot, such as worker.2 (default: all workers).")
    var slot: String?

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            let path = try slot.map { "/workers/\(try Self.inPath($0))/restart" } ?? "/restart"
            try await wait.follow(try await client.order(path), client)
        }
    }

    /// A slot's name needs no escaping; what does is none.
    private static func inPath(_ slot: String) throws(ControlError) -> String {
        let isName = slot.utf8.allSatisfy {
            $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0)
        }
        guard isName, !slot.isEmpty else { throw .refused("'\(slot.prefix(60))' is no slot; one is called worker.2") }
        return slot
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
        abstract: "Have the env file read again, and what changed brought to the workers one at a time.",
        discussion: """
            A file that cannot be used changes nothing and says so; new settings of which workers die are taken back. Both are \
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

struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop everything gracefully, as SIGTERM does.",
        discussion: "Under systemd, systemctl stop is the better way: systemd then knows that it was meant.")

    @OptionGroup var supervisor: SupervisorOptions
    @Flag(name: .customLong("no-wait"), help: "Return at once instead of waiting for the end.")
    var isImmediate = false

    private static let pause = Duration.milliseconds(200)

    func run() async throws {
        try await ExitStatus.with {
            let client = try supervisor.client()
            _ = try await client.order("/stop")
            if isImmediate { return print("stop: begun") }
            var shown = ""
            while true {
                try await Task.sleep(for: Self.pause)
                let status: StatusDocument
                do {
                    status = try await client.status()
                } catch ControlError.noSupervisor { return print("stopped") }
                let left = status.slots.filter { $0.pid != nil }.map(\.slot)
                let line = "stopping: \(left.isEmpty ? "nobody" : left.joined(separator: ", ")) left"
                if line != shown { print(line) }
                shown = line
            }
        }
    }
}
