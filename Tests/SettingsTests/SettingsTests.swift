import Settings
import Testing

@Suite struct `Settings from environment and file` {
    private func settings(_ environment: [String: String], file: [String: String] = [:]) throws -> Settings {
        try Settings(environment: environment, file: file, effectiveUser: 0)
    }

    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try Settings(environment: environment, effectiveUser: 0)
            return []
        } catch { return error.problems }
    }

    @Test func `nothing set gives the documented defaults`() throws {
        let settings = try settings([:])
        #expect(settings.redisURL.text == "redis://127.0.0.1:6379")
        #expect(settings.queues == [ServedQueue(name: "indexing")])
        #expect(settings.keyPrefix == "rq" && settings.unknownJobs == .fail)
        #expect(settings.workers == 2)
        #expect(settings.startup == .fail)
        #expect(settings.backoffBase == 100_000_000)
        #expect(settings.runtimeDirectory == "/run/pulse")
        #expect(settings.readyQuorum == nil)
    }

    @Test func `every default in the table is allowed`() { #expect(problems([:]) == []) }

    @Test func `the product's own names work unchanged`() throws {
        let settings = try settings([
            "WEBHOOK_REDIS_URL": "redis://pulse_redis:6379/1", "WEBHOOK_TEI_URL": "https://tei.example:52000",
            "SEARCH_BRIDGE_QDRANT_URL": "http://qdrant:6333", "WEBHOOK_MAX_CHUNK_TOKENS": "512",
            "WEBHOOK_PORT": "52100", "WEBHOOK_RRF_K": "10",
            "WEBHOOK_LOG_LEVEL": "WARNING",
        ])
        #expect(settings.redisURL.text == "redis://pulse_redis:6379/1")
        #expect(settings.qdrantURL.text == "http://qdrant:6333")
        #expect(settings.chunkTokens == 512)
        #expect(settings.fusionK == 10)
        #expect(settings.logLevel == "warning")
    }

    @Test func `the environment wins over the file and our name over the product's`() throws {
        let file = ["PULSE_WORKERS": "7", "PULSE_TEI_URL": "http://file"]
        let settings = try settings(["PULSE_WORKERS": "3", "WEBHOOK_TEI_URL": "http://alias"], file: file)
        #expect(settings.workers == 3)
        #expect(settings.teiURLs.map(\.text) == ["http://file"])
    }

    @Test func `several embedding servers stand in one setting`() throws {
        let settings = try settings(["PULSE_TEI_URL": "http://a:8080, https://u:p@b"])
        #expect(settings.teiURLs.map(\.text) == ["http://a:8080", "https://u:p@b"])
        for text in ["http://a,", "http://a,http://a", "http://a,ftp://b", ","] {
            #expect(problems(["PULSE_TEI_URL": text]).first?.hasPrefix("PULSE_TEI_URL: ") == true, "\(text)")
        }
        #expect(problems(["PULSE_TEI_URL": "http://u:secret@a,tei"]).first?.contains("secret") == false)
    }

    @Test func `prompts and dimensions go to the embedding server, and must not contradict each other`() throws {
        let settings = try settings([
            "PULSE_TEI_PROMPT": "document", "PULSE_TEI_QUERY_PROMPT": "query", "PULSE_TEI_DIMENSIONS": "256",
        ])
        #expect(settings.teiPrompt == "document" && settings.teiQueryPrompt == "query")
        #expect(settings.teiDimensions == 256)
        #expect(!problems(["PULSE_TEI_PROMPT": "two\nlines"]).isEmpty)
        #expect(
            problems(["PULSE_TEI_DIMENSIONS": "256", "PULSE_VECTOR_DIM": "384"]).first?.contains("256 and 384") == true)
    }

    @Test func `queues stand in strict order or have weights`() throws {
        #expect(try settings(["PULSE_QUEUES": "a, b"]).queues == [ServedQueue(name: "a"), ServedQueue(name: "b")])
        #expect(
            try settings(["PULSE_QUEUES": "a=3,b"]).queues
                == [ServedQueue(name: "a", weight: 3), ServedQueue(name: "b")])
    }

    @Test func `tokens are counted as the model asks for unless somebody says how`() throws {
        #expect(try settings([:]).tokenCount == .auto)
        #expect(try settings(["PULSE_TOKEN_COUNT": "Exact"]).tokenCount == .exact)
        #expect(try settings(["PULSE_TOKEN_COUNT": "estimated"]).tokenCount == .estimated)
    }

    @Test func `unknown jobs may be moved to another queue, and RQ's own variable names its prefix`() throws {
        let settings = try settings(["PULSE_UNKNOWN_JOBS": "route:python", "RQ_KEY_PREFIX": "acme"])
        #expect(settings.unknownJobs == .route(queue: "python") && settings.keyPrefix == "acme")
    }

    @Test func `how a collection is made is left to Qdrant unless it is said`() throws {
        let plain = try settings([:])
        #expect(plain.qdrantDistance == .cosine && plain.modelChange == .refuse)
        #expect(plain.qdrantOnDisk == nil && plain.qdrantQuantization == nil && plain.qdrantOrdering == nil)
        let set = try settings([
            "PULSE_QDRANT_DISTANCE": "Dot", "PULSE_QDRANT_ON_DISK": "yes", "PULSE_QDRANT_QUANTIZATION": "binary",
            "PULSE_QDRANT_SHARDS": "3", "PULSE_QDRANT_REPLICAS": "2", "PULSE_QDRANT_ORDERING": "medium",
            "PULSE_MODEL_CHANGE": "reindex",
        ])
        #expect(set.qdrantDistance == .dot && set.qdrantOnDisk == true && set.qdrantQuantization == .binary)
        #expect(set.qdrantShards == 3 && set.qdrantReplicas == 2 && set.qdrantOrdering == .medium)
        #expect(set.modelChange == .reindex)
    }

    @Test func `an unknown name is refused with the one that was meant`() {
        #expect(
            problems(["PULSE_WORKER": "3"]) == ["PULSE_WORKER is not a setting of Pulse; did you mean PULSE_WORKERS?"])
        for (name, value) in [
            ("PULSE_WEBHOOK_PORT", "tcp://10.0.0.1:52100"), ("PULSE_WEBHOOK_SERVICE_HOST", "10.0.0.1"),
            ("PULSE_X_SERVICE_PORT_API", "1"), ("PULSE_X_PORT_1_TCP_PROTO", "tcp"),
        ] {
            #expect(problems([name: value]).first?.contains("enableServiceLinks: false") == true, "\(name)")
        }
        #expect(problems(["PULSE_WEBHOOK_PORT": "80"]).first?.contains("enableServiceLinks") == false)
        #expect(problems(["PULSE_NONSENSE_AT_ALL": "3"]).first?.contains("--help") == true)
    }

    @Test(arguments: [
        ("PULSE_WORKERS", "many"), ("PULSE_WORKERS", "-1"), ("PULSE_TEI_URL", "tei:8080"), ("PULSE_TEI_URL", "http://"),
        ("PULSE_QDRANT_URL", "http://host:99999"), ("PULSE_REDIS_URL", "http://host"), ("PULSE_STOP_TIMEOUT", "0"),
        ("PULSE_STARTUP", "maybe"), ("PULSE_RUNTIME_DIR", "relative"), ("PULSE_QUEUES", "a,,b"),
        ("PULSE_QUEUES", "a=0"), ("PULSE_QUEUES", "a=1,a=2"), ("PULSE_QUEUES", "a=b=1"), ("PULSE_UNKNOWN_JOBS", "drop"),
        ("PULSE_TOKEN_COUNT", "roughly"),
        ("PULSE_UNKNOWN_JOBS", "route:"), ("PULSE_KEY_PREFIX", "a b"),
        ("PULSE_WATCHDOG", "NaN"), ("PULSE_REDIS_URL", "redis+sentinel://a:1,b:2"),
        ("PULSE_REDIS_URL", "redis://a,b/0"),
        ("PULSE_REDIS_URL", "redis+sentinel://a:1,:2/m"),
        ("PULSE_QDRANT_COLLECTION", "a/b"), ("PULSE_QDRANT_DISTANCE", "l2"), ("PULSE_QDRANT_ON_DISK", "1"),
        ("PULSE_QDRANT_SHARDS", "0"), ("PULSE_QDRANT_ORDERING", "eventual"), ("PULSE_MODEL_CHANGE", "yes"),
        ("WEBHOOK_VECTOR_DIM", "0"),
    ])
    func `a bad value names the setting, the value and what is allowed`(name: String, value: String) throws {
        let problem = try #require(problems([name: value]).first)
        #expect(problem.hasPrefix("\(name): '\(value)' is not allowed; it takes "))
    }

    @Test func `all problems are told at once`() {
        #expect(problems(["PULSE_WORKERS": "x", "PULSE_TEI_URL": "y", "PULSE_Z": "z"]).count == 3)
    }

    @Test(arguments: [
        ["PULSE_WATCHDOG": "2s"], ["PULSE_CHUNK_OVERLAP": "200"], ["PULSE_BACKOFF_BASE": "1m"],
        ["PULSE_STARTUP_TIMEOUT": "2m"],
        ["PULSE_READY_QUORUM": "3"], ["PULSE_UNKNOWN_JOBS": "route:indexing"],
    ])
    func `an impossible pair is refused`(environment: [String: String]) { #expect(problems(environment).count == 1) }

    @Test func `what the supervisor tells its children is no unknown setting`() {
        #expect(problems(["PULSE_SLOT": "worker.1", "PULSE_LIFELINE_FD": "3", "PULSE_LOCAL_REDIS_PORT": "1"]) == [])
    }

    @Test func `sentinels are listed, and their master named`() throws {
        let text = "redis+sentinel://u:hunter2@a:1,[::1]:2/m/0?sentinel_password=hunter2"
        let url = try settings(["PULSE_REDIS_URL": text]).redisURL
        #expect(url.text == text)
        #expect(url.description == "redis+sentinel://a:1,[::1]:2/m/0")
    }

    @Test func `a user stands before the path of a Unix socket`() throws {
        let url = try settings(["PULSE_REDIS_URL": "unix://u:hunter2@/run/a@b.sock"]).redisURL
        #expect(url.description == "unix:///run/a@b.sock")
        #expect(problems(["PULSE_REDIS_URL": "unix://u/run/r.sock"]).count == 1)
        #expect(problems(["PULSE_REDIS_URL": "unix://u@/"]).count == 1)
    }

    @Test func `a secret is never shown`() throws {
        let url = try #require(ServiceURL("redis://user:hunter2@host:6379/0?x=1", schemes: ["redis"]))
        #expect(url.description == "redis://host:6379/0")
        #expect(url.text.contains("hunter2"))
        for wrong in ["reds://user:hunter2@h", "redis://user:hunter2@h:x", "http://h?key=hunter2", "a@hunter2@h"] {
            let told = problems(["PULSE_REDIS_URL": wrong, "PULSE_TEI_URL": wrong, "PULSE_HTTP_PROXY": wrong])
            #expect(!told.isEmpty && !told.joined().contains("hunter2"), "\(told)")
        }
    }

    @Test(arguments: [("500ms", 500_000_000), ("1.5s", 1_500_000_000), ("2m", 120_000_000_000), ("10", 10_000_000_000)])
    func `durations carry their unit`(text: String, nanoseconds: UInt64) throws {
        #expect(try settings(["PULSE_STOP_TIMEOUT": text]).stopTimeout == nanoseconds)
    }
}

@Suite struct `Env files` {
    @Test func `comments, quotes and export are read as shells and systemd do`() throws {
        let text = """
            # comment
            ; another
            PULSE_WORKERS=3
            export PULSE_TEI_URL="http://tei:80"
              WEBHOOK_X = 'a b'
            EMPTY=
            """
        let values = try EnvFile.parse(text.replacing(" = ", with: "="), named: "f")
        #expect(values == ["PULSE_WORKERS": "3", "PULSE_TEI_URL": "http://tei:80", "WEBHOOK_X": "a b", "EMPTY": ""])
    }

    @Test func `a file that was written on Windows has lines too`() throws {
        let text = "# comment\r\nPULSE_WORKERS=3\r\nPULSE_TEI_API_KEY='s3cret '\r\n"
        #expect(try EnvFile.parse(text, named: "f") == ["PULSE_WORKERS": "3", "PULSE_TEI_API_KEY": "s3cret "])
    }

    @Test func `a broken line is named by file and number`() {
        #expect(
            throws: SettingsError([
                "f:2: not KEY=VALUE; a comment begins with '#'", "f:3: the quote of A is not closed",
            ])
        ) {
            try EnvFile.parse("A=1\nrubbish\nA='x", named: "f")
        }
    }
}
