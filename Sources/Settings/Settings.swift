/// Everything that can be set, checked. Durations are nanoseconds.
public struct Settings: Sendable {
    public enum StartupPolicy: String, Sendable { case fail, wait }
    /// Where the tokens of a document's parts come from: `auto` asks the model's tokenizer when its window is hardly larger
    /// than a chunk, and estimates otherwise.
    public enum TokenCount: String, Sendable { case auto, exact, estimated }
    public enum LogFormat: String, Sendable { case text, json, journal }
    public enum Distance: String, Sendable { case cosine, dot, euclid, manhattan }
    public enum Quantization: String, Sendable { case none, scalar, binary, product }
    public enum WriteOrdering: String, Sendable { case weak, medium, strong }
    public enum ModelChange: String, Sendable { case refuse, reindex }

    public var redisURL: ServiceURL
    /// At least one; all serve the same model.
    public var teiURLs: [ServiceURL]
    public var teiAPIKey: String?
    public var teiPrompt: String?
    public var teiQueryPrompt: String?
    public var teiDimensions: Int?
    public var qdrantURL: ServiceURL
    public var qdrantAPIKey: String?
    public var qdrantCollection: String
    public var qdrantTimeout: Nanoseconds
    public var qdrantDistance: Distance
    /// nil = as Qdrant does by itself; so are the others that may be nil.
    public var qdrantOnDisk: Bool?
    public var qdrantQuantization: Quantization?
    public var qdrantShards: Int?
    public var qdrantReplicas: Int?
    public var qdrantOrdering: WriteOrdering?
    public var modelChange: ModelChange
    public var vectorDimension: Int?
    public var httpProxy: ServiceURL?

    public var queues: [ServedQueue]
    /// What RQ's keys begin with.
    public var keyPrefix: String
    public var unknownJobs: UnknownJobs
    public var workers: Int
    public var maxJobsInFlight: Int
    public var chunkTokens: Int
    public var chunkOverlap: Int
    /// The k of reciprocal rank fusion, for ranks from 1.
    public var fusionK: Int
    public var tokenCount: TokenCount

    /// nil = there is no API.
    public var api: ListenAddress?
    public var apiSecret: String?
    public var webhookSecret: String?
    /// Origins in lower case, or "*" alone; empty = pages may not call the API.
    public var corsOrigins: [String]
    /// Requests a minute from one address; nil = no limit.
    public var apiRate: Int?
    /// Of the jobs that the API enqueues.
    public var jobTimeout: Nanoseconds

    public var startup: StartupPolicy
    public var startupTimeout: Nanoseconds
    public var startTimeout: Nanoseconds
    /// nil = as many as the machine has cores.
    public var startConcurrency: Int?
    public var stopTimeout: Nanoseconds
    public var watchdog: Nanoseconds
    public var hangGrace: Nanoseconds
    public var reportInterval: Nanoseconds
    /// nil = a worker may grow as old as it likes.
    public var maxLifetime: Nanoseconds?
    /// Bytes; nil = a worker may grow as large as it likes.
    public var maxMemory: Int?
    /// nil = every wanted worker.
    public var readyQuorum: Int?
    /// nil = five for each slot; 0 = no limit.
    public var restartLimit: Int?
    public var restartWindow: Nanoseconds
    public var backoffBase: Nanoseconds
    public var backoffCap: Nanoseconds
    public var backoffHealthy: Nanoseconds
    public var runtimeDirectory: String
    /// nil = the status is served on the Unix socket alone.
    public var listen: ListenAddress?
    /// A command line for the shell.
    public var onHealthChange: String?
    public var alertWebhook: ServiceURL?
    /// nil = journal under journald, else text.
    public var logFormat: LogFormat?
    public var logLevel: String

    /// Reads the environment and, behind it, the values of an env file.
    ///
    /// - Parameter effectiveUser: decides where sockets live when nothing is set: `/run/pulse` for root (0).
    /// - Throws: ``SettingsError`` with every unknown name, refused value and impossible pair.
    public init(environment: [String: String], file: [String: String] = [:], effectiveUser: UInt32)
        throws(SettingsError)
    {
        typealias Parse = SettingParser
        var values = SettingValues(environment: environment, file: file)
        let nowhere = ServiceURL.nowhere

        redisURL = values.required("PULSE_REDIS_URL", or: nowhere, Parse.redisURL)
        teiURLs = values.required("PULSE_TEI_URL", or: [nowhere], Parse.httpURLs)
        teiAPIKey = values.optional("PULSE_TEI_API_KEY") { $0 }
        teiPrompt = values.optional("PULSE_TEI_PROMPT", Parse.promptName)
        teiQueryPrompt = values.optional("PULSE_TEI_QUERY_PROMPT", Parse.promptName)
        teiDimensions = values.optional("PULSE_TEI_DIMENSIONS", Parse.number(1...65536))
        qdrantURL = values.required("PULSE_QDRANT_URL", or: nowhere, Parse.httpURL)
        qdrantAPIKey = values.optional("PULSE_QDRANT_API_KEY") { $0 }
        qdrantCollection = values.required("PULSE_QDRANT_COLLECTION", or: "", Parse.collection)
        qdrantTimeout = values.required("PULSE_QDRANT_TIMEOUT", or: 1, Parse.positiveDuration)
        qdrantDistance = values.required("PULSE_QDRANT_DISTANCE", or: .cosine) { Distance(rawValue: $0.lowercased()) }
        qdrantOnDisk = values.optional("PULSE_QDRANT_ON_DISK", Parse.yesOrNo)
        qdrantQuantization = values.optional("PULSE_QDRANT_QUANTIZATION") { Quantization(rawValue: $0.lowercased()) }
        qdrantShards = values.optional("PULSE_QDRANT_SHARDS", Parse.number(1...1024))
        qdrantReplicas = values.optional("PULSE_QDRANT_REPLICAS", Parse.number(1...64))
        qdrantOrdering = values.optional("PULSE_QDRANT_ORDERING") { WriteOrdering(rawValue: $0.lowercased()) }
        modelChange = values.required("PULSE_MODEL_CHANGE", or: .refuse) { ModelChange(rawValue: $0.lowercased()) }
        vectorDimension = values.optional("PULSE_VECTOR_DIM", Parse.number(1...65536))
        httpProxy = values.optional("PULSE_HTTP_PROXY", Parse.httpURL)

        queues = values.required("PULSE_QUEUES", or: [], Parse.queues)
        keyPrefix = values.required("PULSE_KEY_PREFIX", or: "rq", Parse.keyPrefix)
        unknownJobs = values.required("PULSE_UNKNOWN_JOBS", or: .fail, Parse.unknownJobs)
        workers = values.required("PULSE_WORKERS", or: 0, Parse.number(0...256))
        maxJobsInFlight = values.required("PULSE_MAX_JOBS_IN_FLIGHT", or: 1, Parse.number(1...256))
        chunkTokens = values.required("PULSE_CHUNK_TOKENS", or: 256, Parse.number(16...32768))
        chunkOverlap = values.required("PULSE_CHUNK_OVERLAP", or: 0, Parse.number(0...4096))
        fusionK = values.required("PULSE_RRF_K", or: 60, Parse.number(1...10_000))
        tokenCount = values.required("PULSE_TOKEN_COUNT", or: .auto) { TokenCount(rawValue: $0.lowercased()) }

        api = values.optional("PULSE_API", Parse.listenAddress)
        apiSecret = values.optional("PULSE_API_SECRET") { $0 }
        webhookSecret = values.optional("PULSE_WEBHOOK_SECRET") { $0 }
        corsOrigins = values.optional("PULSE_CORS_ORIGINS", Parse.origins) ?? []
        apiRate = values.optional("PULSE_API_RATE", Parse.number(1...1_000_000))
        jobTimeout = values.required("PULSE_JOB_TIMEOUT", or: 1, Parse.jobTimeout)

        startup = values.required("PULSE_STARTUP", or: .fail) { StartupPolicy(rawValue: $0.lowercased()) }
        startupTimeout = values.required("PULSE_STARTUP_TIMEOUT", or: 1, Parse.positiveDuration)
        startTimeout = values.required("PULSE_START_TIMEOUT", or: 1, Parse.positiveDuration)
        startConcurrency = values.optional("PULSE_START_CONCURRENCY", Parse.number(1...256))
        stopTimeout = values.required("PULSE_STOP_TIMEOUT", or: 1, Parse.positiveDuration)
        watchdog = values.required("PULSE_WATCHDOG", or: 1, Parse.positiveDuration)
        hangGrace = values.required("PULSE_HANG_GRACE", or: 1, Parse.duration)
        reportInterval = values.required("PULSE_REPORT_INTERVAL", or: 1, Parse.positiveDuration)
        maxLifetime = values.optional("PULSE_MAX_LIFETIME", Parse.positiveDuration)
        maxMemory = values.optional("PULSE_MAX_MEMORY", Parse.size)
        readyQuorum = values.optional("PULSE_READY_QUORUM", Parse.number(1...256))
        restartLimit = values.optional("PULSE_RESTART_LIMIT", Parse.number(0...100_000))
        restartWindow = values.required("PULSE_RESTART_WINDOW", or: 1, Parse.positiveDuration)
        backoffBase = values.required("PULSE_BACKOFF_BASE", or: 0, Parse.duration)
        backoffCap = values.required("PULSE_BACKOFF_CAP", or: 0, Parse.duration)
        backoffHealthy = values.required("PULSE_BACKOFF_HEALTHY", or: 1, Parse.positiveDuration)
        runtimeDirectory =
            values.optional("PULSE_RUNTIME_DIR", Parse.absolutePath)
            ?? Self.defaultRuntimeDirectory(environment, effectiveUser: effectiveUser) ?? ""
        listen = values.optional("PULSE_LISTEN", Parse.listenAddress)
        onHealthChange = values.optional("PULSE_ON_HEALTH_CHANGE", Parse.commandLine)
        alertWebhook = values.optional("PULSE_ALERT_WEBHOOK", Parse.httpURL)
        logFormat = values.optional("PULSE_LOG_FORMAT") { LogFormat(rawValue: $0.lowercased()) }
        logLevel = values.required("PULSE_LOG_LEVEL", or: "info", Parse.logLevel)

        if values.problems.isEmpty { refuseImpossiblePairs(&values) }
        guard values.problems.isEmpty else { throw SettingsError(values.problems) }
    }

    /// Where a supervisor's sockets are, for a program that needs nothing else of the settings; nil = nowhere to look.
    public static func runtimeDirectory(
        environment: [String: String], file: [String: String] = [:], effectiveUser: UInt32
    )
        -> String?
    {
        environment["PULSE_RUNTIME_DIR"].flatMap(SettingParser.absolutePath)
            ?? file["PULSE_RUNTIME_DIR"].flatMap(SettingParser.absolutePath)
            ?? defaultRuntimeDirectory(environment, effectiveUser: effectiveUser)
    }

    /// systemd may pass several folders, separated by colons: the first is ours.
    private static func defaultRuntimeDirectory(_ environment: [String: String], effectiveUser: UInt32) -> String? {
        if let given = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first { return String(given) }
        if effectiveUser == 0 { return "/run/pulse" }
        return environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 + "/pulse" }
    }
}

extension ServiceURL {
    /// Stands where a refused URL would; never seen, because the problem is thrown.
    fileprivate static let nowhere = ServiceURL(unchecked: "http://invalid", scheme: "http")
}
