extension SettingDefinition {
    private static let duration = "a duration such as 500ms, 30s, 2m or 1h (a bare number is seconds)"
    private static let httpURL = "an http:// or https:// URL with a host"

    /// Twins of an older spelling that the product still carried.
    private static func product(_ suffix: String) -> [String] { ["WEBHOOK_" + suffix, "SEARCH_BRIDGE_" + suffix] }

    /// Every setting, in the order of the help.
    public static let all: [SettingDefinition] = [
        // Services
        SettingDefinition(
            "PULSE_REDIS_URL", "redis://127.0.0.1:6379",
            "redis://[user:password@]host[:port][/db], rediss:// for TLS, unix:///path, "
                + "or redis+sentinel://host:port,host:port/name[/db]",
            "where the queue lives", aliases: product("REDIS_URL") + ["REDIS_URL"]),
        SettingDefinition(
            "PULSE_TEI_URL", "http://127.0.0.1:8080",
            "http:// or https:// URLs with a host, separated by commas, each once, at most 64",
            "where texts are embedded; several servers of one model share the work", aliases: product("TEI_URL")),
        SettingDefinition(
            "PULSE_TEI_API_KEY", nil, "text", "sent to TEI as a bearer token", aliases: product("TEI_API_KEY"),
            secret: true),
        SettingDefinition(
            "PULSE_TEI_PROMPT", nil, "the name of one of the model's prompts, at most 128 bytes",
            "the model's prompt for documents (TEI's prompt_name; default: TEI's own default)"),
        SettingDefinition(
            "PULSE_TEI_QUERY_PROMPT", nil, "the name of one of the model's prompts, at most 128 bytes",
            "the model's prompt for the words of a search"),
        SettingDefinition(
            "PULSE_TEI_DIMENSIONS", nil, "a whole number from 1 to 65536",
            "ask for fewer dimensions than the model has (Matryoshka models)"),
        SettingDefinition(
            "PULSE_QDRANT_URL", "http://127.0.0.1:6333", httpURL, "where vectors are kept",
            aliases: product("QDRANT_URL")),
        SettingDefinition("PULSE_QDRANT_API_KEY", nil, "text", "sent to Qdrant as api-key", secret: true),
        SettingDefinition(
            "PULSE_QDRANT_COLLECTION", "pulse_docs", "letters, digits, '_', '-' and '.'",
            "the collection that is written",
            aliases: product("QDRANT_COLLECTION")),
        SettingDefinition(
            "PULSE_QDRANT_TIMEOUT", "60s", duration, "how long one request to Qdrant may take",
            aliases: product("QDRANT_TIMEOUT")),
        SettingDefinition(
            "PULSE_QDRANT_DISTANCE", "cosine", "cosine, dot, euclid or manhattan",
            "how vectors are compared; a collection that does it otherwise is refused"),
        SettingDefinition(
            "PULSE_QDRANT_ON_DISK", nil, "yes or no",
            "a new collection keeps vectors and payloads on disk (default: as Qdrant does)"),
        SettingDefinition(
            "PULSE_QDRANT_QUANTIZATION", nil, "none, scalar, binary or product",
            "how a new collection compresses vectors (default: none)"),
        SettingDefinition(
            "PULSE_QDRANT_SHARDS", nil, "a whole number from 1 to 1024",
            "shards of a new collection (default: Qdrant's)"),
        SettingDefinition(
            "PULSE_QDRANT_REPLICAS", nil, "a whole number from 1 to 64",
            "replicas of each shard of a new collection (default: Qdrant's)"),
        SettingDefinition(
            "PULSE_QDRANT_ORDERING", nil, "weak, medium or strong",
            "ordering of every write; a cluster wants medium (default: Qdrant's, weak)"),
        SettingDefinition(
            "PULSE_MODEL_CHANGE", "refuse", "refuse or reindex",
            "another model than the collection was made with: stop, or embed documents anew as they come"),
        SettingDefinition(
            "PULSE_VECTOR_DIM", nil, "a whole number from 1 to 65536",
            "refuse a TEI whose vectors have another dimension", aliases: product("VECTOR_DIM")),
        SettingDefinition("PULSE_HTTP_PROXY", nil, httpURL, "proxy for TEI and Qdrant; http_proxy is ignored"),

        // Work
        SettingDefinition(
            "PULSE_QUEUES", "indexing", "queue names separated by commas, each may have a weight: high=5,low=1",
            "queues to drain: first one first, or by weight"),
        SettingDefinition(
            "PULSE_KEY_PREFIX", "rq", "text without blanks, at most 64 bytes", "what RQ's keys in Redis begin with",
            aliases: ["RQ_KEY_PREFIX"]),
        SettingDefinition(
            "PULSE_UNKNOWN_JOBS", "fail", "fail or route:<queue>",
            "jobs that only Python can run: fail them, or move them to a queue that Python workers serve"),
        SettingDefinition(
            "PULSE_WORKERS", "2", "a whole number from 0 to 256",
            "how many workers run; 0 = none, only the API and the Procfile's",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_MAX_JOBS_IN_FLIGHT", "64", "a whole number from 1 to 256",
            "jobs one worker has in hand at once; beyond 8 only while TEI would idle"),
        SettingDefinition(
            "PULSE_CHUNK_TOKENS", "256", "a whole number from 16 to 32768", "largest chunk, in the model's tokens",
            aliases: product("MAX_CHUNK_TOKENS")),
        SettingDefinition(
            "PULSE_CHUNK_OVERLAP", "50", "a whole number from 0 to 4096", "tokens repeated where a section is split",
            aliases: product("CHUNK_OVERLAP_TOKENS")),
        SettingDefinition(
            "PULSE_RRF_K", "60", "a whole number from 1 to 10000",
            "how little the first ranks of a hybrid search stand out: a hit counts 1/(k + rank)",
            aliases: product("RRF_K")),
        SettingDefinition(
            "PULSE_TOKEN_COUNT", "auto", "auto, exact or estimated",
            "count a chunk's tokens by TEI's /tokenize or by estimate; auto = exact for small models"),

        // The API for producers
        SettingDefinition(
            "PULSE_API", nil, "address:port, such as 127.0.0.1:52100, [::1]:52100 or 0.0.0.0:52100",
            "serve the API for producers there (default: off)", reach: .restart),
        SettingDefinition(
            "PULSE_API_SECRET", nil, "text",
            "what producers send as Authorization: Bearer; at least 32 characters unless only this machine can connect",
            aliases: ["WEBHOOK_API_SECRET"], secret: true, reach: .api),
        SettingDefinition(
            "PULSE_WEBHOOK_SECRET", nil, "text", "what Firecrawl signs its webhooks with",
            aliases: ["WEBHOOK_SECRET"], secret: true, reach: .api),
        SettingDefinition(
            "PULSE_CORS_ORIGINS", nil,
            "origins such as https://app.example.org, separated by commas or as a JSON list, or *",
            "pages of these origins may call the API from a browser (default: none)",
            aliases: ["WEBHOOK_CORS_ORIGINS"], reach: .api),
        SettingDefinition(
            "PULSE_API_RATE", nil, "a whole number from 1 to 1000000",
            "requests a minute that the API takes from one address, webhooks and probes aside (default: no limit)",
            reach: .api),
        SettingDefinition(
            "PULSE_JOB_TIMEOUT", "10m", "a duration from 1s to 24h such as 30s, 10m or 1h (a bare number is seconds)",
            "how long a job that the API enqueues may take", aliases: ["WEBHOOK_INDEXING_JOB_TIMEOUT"], reach: .api),

        // Supervision
        SettingDefinition(
            "PULSE_STARTUP", "fail", "fail or wait", "fail or wait when a service is away at the first start",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_STARTUP_TIMEOUT", "30s", duration, "with fail: how long the services may take to answer",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_START_TIMEOUT", "90s", duration, "how long a child may take to say READY=1", reach: .supervisor),
        SettingDefinition(
            "PULSE_START_CONCURRENCY", nil, "a whole number from 1 to 256",
            "children starting at once (default: cores)", reach: .supervisor),
        SettingDefinition("PULSE_STOP_TIMEOUT", "60s", duration, "how long a child may drain before it is killed"),
        SettingDefinition("PULSE_WATCHDOG", "30s", duration, "a ready worker silent for longer is hung"),
        SettingDefinition(
            "PULSE_HANG_GRACE", "2s", duration, "from SIGABRT to SIGKILL for a hung worker", reach: .supervisor),
        SettingDefinition("PULSE_REPORT_INTERVAL", "2s", duration, "how often a worker reports"),
        SettingDefinition(
            "PULSE_MAX_LIFETIME", nil, duration, "replace a worker that is older, up to a tenth early (default: never)",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_MAX_MEMORY", nil, "a size such as 512M or 2G (a bare number is bytes)",
            "replace a worker whose resident size is larger, once it has served for PULSE_BACKOFF_HEALTHY (default: never)",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_READY_QUORUM", nil, "a whole number from 1 to 256",
            "ready workers needed to be ready (default: all)", reach: .supervisor),
        SettingDefinition(
            "PULSE_RESTART_LIMIT", nil, "a whole number, 0 = off",
            "abnormal deaths within the window before giving up; never for the API beside workers (default: 5 for each process)",
            reach: .supervisor),
        SettingDefinition(
            "PULSE_RESTART_WINDOW", "60s", duration, "the window of PULSE_RESTART_LIMIT", reach: .supervisor),
        SettingDefinition(
            "PULSE_BACKOFF_BASE", "100ms", duration, "delay before the second restart; 0 = never wait",
            reach: .supervisor),
        SettingDefinition("PULSE_BACKOFF_CAP", "30s", duration, "longest delay before a restart", reach: .supervisor),
        SettingDefinition(
            "PULSE_BACKOFF_HEALTHY", "30s", duration, "health after which the delay is halved", reach: .supervisor),
        SettingDefinition(
            "PULSE_RUNTIME_DIR", nil, "an absolute path",
            "sockets and locks (default: $RUNTIME_DIRECTORY, /run/pulse for root, $XDG_RUNTIME_DIR/pulse)",
            reach: .restart),
        SettingDefinition(
            "PULSE_LISTEN", nil, "address:port, such as 127.0.0.1:9180, [::1]:9180 or :9180 (all addresses)",
            "serve the status by HTTP there too, for reading only (default: off)", reach: .restart),
        SettingDefinition(
            "PULSE_ON_HEALTH_CHANGE", nil, "a command line for the shell, at most 4096 bytes",
            "run this when the health has changed and stayed so, with the status on its stdin; no secret belongs into it",
            secret: true, reach: .supervisor),
        SettingDefinition(
            "PULSE_ALERT_WEBHOOK", nil, httpURL, "post the same there (pulsectl alert --help)", secret: true,
            reach: .supervisor),
        SettingDefinition(
            "PULSE_LOG_FORMAT", nil, "text, json or journal",
            "the log's lines as text, json or journal (default: journal under journald, else text)", reach: .restart),
        SettingDefinition(
            "PULSE_LOG_LEVEL", "info", "trace, debug, info, notice, warning, error or critical",
            "least important line printed",
            aliases: product("LOG_LEVEL")),
    ]

    /// Every name that a setting has, in each spelling.
    public static var names: Set<String> { Set(all.flatMap { [$0.name] + $0.aliases }) }

    /// Names that are no settings but part of the contract between supervisor and child.
    public static let contract: Set<String> = [
        "PULSE_SLOT", "PULSE_INCARNATION", "PULSE_LIFELINE_FD", "PULSE_LOCK_FD", "PULSE_PREDECESSOR",
        "PULSE_LISTENER_FD", "PULSE_HEALTH", "PULSE_PREVIOUS_HEALTH", "PULSE_HEALTH_REASON",
    ]
    /// Names under this prefix belong to the stack in `local/`.
    public static let foreignPrefix = "PULSE_LOCAL_"
}
