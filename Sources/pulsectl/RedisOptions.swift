import ArgumentParser
import JobQueue
import Settings

/// Which Redis is meant: the workers' own.
struct RedisOptions: ParsableArguments {
    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    /// Runs the body with the jobs of that Redis.
    func with(_ body: (JobRegistry, Settings, RedisURL) async throws -> Void) async throws {
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            let url = try RedisURL(parsing: settings.redisURL.text)
            let registry = JobRegistry(url: url, keyPrefix: settings.keyPrefix)
            try await body(registry, settings, url)
            await registry.close()
        }
    }
}

/// Which of its queues.
struct QueueOption: ParsableArguments {
    @Option(help: "Only this queue (default: those of PULSE_QUEUES).")
    var queue: String?

    func names(_ settings: Settings) -> [String] { queue.map { [$0] } ?? settings.queues.map(\.name) }

    func validate() throws {
        if queue?.isEmpty == true { throw ValidationError("--queue takes a queue's name, not ''") }
    }
}
