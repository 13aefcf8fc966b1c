/// What was seen, without any judgement: all that findings are made of.
struct Facts {
    var settings = SettingsFacts()
    var host = HostFacts()
    /// nil = no proxy is set.
    var proxy: Address?
    var proxySight = Sight<Int>.pending
    var redis = Service<RedisFacts>()
    var qdrant = Service<StoreFacts>()
    /// One for each server.
    var tei: [Service<EmbeddingFacts>] = []
    var queue = Sight<QueueFacts>.pending
    var supervisor = SupervisorFacts.pending
    var unit = UnitFacts()
    /// nil = no canary was asked for.
    var probe: ProbeFacts?
}

/// What came of looking.
enum Sight<Value: Sendable> {
    /// Nothing came back before the doctor's time was up.
    case pending
    case trouble(Trouble)
    case seen(Value)

    var value: Value? {
        guard case .seen(let value) = self else { return nil }
        return value
    }
}

/// Why a look came to nothing, in the workers' own words.
struct Trouble: Equatable {
    var id: FindingID
    var reason: String
    var remedy: String?
}

/// An address of the settings, as it may be shown to anybody.
struct Address: Equatable {
    var shown: String
    var host = ""
    var port = 0
    var isEncrypted = false

    /// The host is the very machine, or container, that asks.
    var isLoopback: Bool { host == "localhost" || host.hasPrefix("127.") || host == "::1" }
}

/// A service: where it is, and what was seen there.
struct Service<Value: Sendable> {
    var address = Address(shown: "")
    var sight = Sight<Value>.pending
    /// What its name stands for; empty = unknown.
    var numeric: [String] = []
    /// Until its certificate expires; nil = not encrypted, or not seen.
    var certificateSecondsLeft: Int?
    /// Seconds by which its clock is ahead, beyond what may be an error of measurement.
    var clockOffset: Double?
    /// Who speaks there, when it is not who should.
    var speaker: Speaker?
    /// Another address at which the service does answer.
    var direct: String?
}

struct SettingsFacts {
    /// Where they were read: "the environment", "/etc/pulse/pulse.env".
    var sources: [String] = []
    var problems: [String] = []
    /// A file that could not be read, and why.
    var unreadable: String?
}

struct RedisFacts {
    var version = ""
    var isTooOld = false
    var isReplica = false
    var maxMemory = 0
    var usedMemory = 0
    var evictionPolicy = "noeviction"
    var evictedKeys = 0
    var appendsToFile = false
    /// nil = it does not tell.
    var savePoints: String?
    var lastSnapshotFailed = false
    var lastAppendFailed = false
}

struct EmbeddingFacts {
    var model = ""
    var revision: String?
    var window = 0
    var batchTokens = 0
    var clientBatch = 0
    var concurrent = 0
    var dimension = 0
    var defaultPromptTokens = 0
    /// As the settings say.
    var wantedDimension: Int?
    var chunkTokens = 0
    var hasPrompt = false
}

struct StoreFacts {
    struct Collection {
        var dimension: Int?
        var distance: String?
        var model: String?
        var points: Int?
        var status = "green"
        var optimizerError: String?
    }

    var version: String?
    var isTooOld = false
    var lockReason: String?
    var name = ""
    var wantedDistance = "Cosine"
    var acceptsOtherModel = false
    /// nil = there is none.
    var collection: Collection?
    /// Bytes that are free and all there are, where its disk is this host's.
    var disk: (free: Int, all: Int)?
}
