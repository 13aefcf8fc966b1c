import ArgumentParser
import Glibc
import JobQueue
import Reporting
import Settings

struct EnqueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract:
            "Put documents on the queue, as python-rq would: Markdown files, or JSON Lines (.jsonl) of documents.",
        discussion: """
            A Markdown file is one document; its URL is --base followed by the path as given, or file:// and the absolute path. \
            A line of JSON Lines holds at least "url" and "markdown" (or "content"). Prints each job's id and URL.
            """)

    @Argument(help: ArgumentHelp("Markdown (.md, .markdown, .txt) or JSON Lines (.jsonl) files.", valueName: "file"))
    var files: [String]

    @Option(help: "What a Markdown file's URL begins with.")
    var base: String?

    @Option(help: "The queue (default: the first of PULSE_QUEUES).")
    var queue: String?

    @Option(help: "RQ's job timeout in seconds.")
    var timeout = 600

    @Flag(help: "Have Pulse's workers embed and write them anew, also where nothing has changed.")
    var force = false

    @Option(help: "Read settings from this file of KEY=VALUE lines; the environment wins.")
    var envFile: String?

    func validate() throws {
        if queue?.isEmpty == true { throw ValidationError("--queue takes a queue's name, not ''") }
        if files.isEmpty { throw ValidationError("name at least one file") }
        if timeout < 1 { throw ValidationError("--timeout takes a number of seconds from 1, not \(timeout)") }
    }

    func run() async throws {
        // Whoever reads our lines may leave (`| head`); the documents are enqueued all the same.
        signal(SIGPIPE, SIG_IGN)
        try await ExitStatus.with {
            let settings = try Settings.ofProcess(envFile: envFile)
            let producer = JobProducer(
                url: try RedisURL(parsing: settings.redisURL.text), keyPrefix: settings.keyPrefix)
            // All files are read first: of a list with a bad one, nothing is enqueued.
            var documents: [SourceDocument] = []
            for file in files { documents += try SourceDocument.read(file, base: base) }
            let target = queue ?? settings.queues.first?.name ?? "indexing"
            for document in documents {
                let id = try await producer.enqueue(
                    document: document.fields, queue: target, timeoutSeconds: timeout, isForced: force)
                print("\(id) \(NotifyMessage.printable(document.url))")
            }
            await producer.close()
        }
    }
}

extension Settings {
    /// The settings of this very process: its environment, and behind it an env file.
    static func ofProcess(envFile: String?) throws(SettingsError) -> Settings {
        let file = try envFile.map { path throws(SettingsError) in try ProcessEnvironment.file(at: path) } ?? [:]
        return try Settings(environment: ProcessEnvironment.read(), file: file, effectiveUser: geteuid())
    }
}
