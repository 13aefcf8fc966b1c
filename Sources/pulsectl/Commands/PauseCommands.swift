import ArgumentParser
import JobQueue
import Settings

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Have all workers of this Redis take no more jobs, as rq suspend does.",
        discussion: """
            All RQ workers obey it, Pulse's and Python's, whichever queues they serve. What they run goes on. Also for \
            workers that are started later.
            """)

    @Option(name: .customLong("for"), help: "How long, such as 30s or 10m (default: until pulsectl resume).")
    var duration: String?
    @OptionGroup var redis: RedisOptions

    /// Whole milliseconds; RQ would take whole seconds.
    private var milliseconds: Int? { duration.flatMap(SettingParser.duration).map { Int($0 / 1_000_000) } }

    func validate() throws {
        if let duration, (milliseconds ?? 0) < 1 {
            throw ValidationError("--for takes a duration such as 500ms, 30s or 10m, not '\(duration)'")
        }
    }

    func run() async throws {
        try await redis.with { registry, _, url in
            let before = try await registry.suspend(milliseconds: milliseconds)
            print(
                PauseText.paused(
                    forSeconds: milliseconds.map { Double($0) / 1000 }, before: PauseText.State(before),
                    redis: "\(url)"))
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Have all workers of this Redis take jobs again, as rq resume does.")

    @OptionGroup var redis: RedisOptions

    func run() async throws {
        try await redis.with { registry, _, url in
            print(PauseText.resumed(before: PauseText.State(try await registry.resume()), redis: "\(url)"))
        }
    }
}
