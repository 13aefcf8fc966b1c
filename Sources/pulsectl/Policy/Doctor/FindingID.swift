/// The name of a finding: for scripts and for whoever asks for help, hence never changed once it is out.
enum FindingID: Hashable, CaseIterable {
    case reach(Dependency, Symptom)
    case state(State)

    /// What is found behind an address that answers, and on this host.
    enum State: String, CaseIterable {
        case settingsFine = "settings.ok"
        case settingsInvalid = "settings.invalid"
        case envFileUnreadable = "settings.env-file-unreadable"
        case proxyIgnored = "proxy.environment-ignored"

        case redisOld = "redis.version-old"
        case redisLoading = "redis.loading"
        case redisNoMaster = "redis.no-master"
        case redisReplica = "redis.replica"
        case redisRefuses = "redis.refuses"
        case redisCannotWrite = "redis.cannot-write"
        case redisEvicts = "redis.evicts-jobs"
        case redisNearlyFull = "redis.memory-nearly-full"
        case redisNotPersistent = "redis.persistence-off"

        case teiSettingRefused = "tei.setting-refused"
        case teiDisagreement = "tei.models-disagree"
        case teiDimension = "tei.dimension"
        case teiDefaultPrompt = "tei.default-prompt"
        case teiBatchImpossible = "tei.batch-never-succeeds"
        case teiWindowSmall = "tei.window-smaller-than-chunk"

        case qdrantOld = "qdrant.version-old"
        case qdrantLocked = "qdrant.locked"
        case qdrantDisk = "qdrant.disk-full"
        case collectionFine = "collection.ok"
        case collectionMissing = "collection.missing"
        case collectionNamedVectors = "collection.named-vectors"
        case collectionDimension = "collection.dimension"
        case collectionDistance = "collection.distance"
        case collectionModel = "collection.model"
        case collectionBroken = "collection.red"
        case collectionOptimizer = "collection.optimizer-failed"
        case collectionBusy = "collection.optimizing"

        case queueFine = "queue.ok"
        case queueSuspended = "queue.suspended"
        case queueUnserved = "queue.unserved"
        case queueBacklog = "queue.backlog"
        case pythonImports = "queue.python-import-errors"
        case pythonAttributes = "queue.python-attribute-errors"
        case pythonSignals = "queue.python-signal-errors"
        case queueFailures = "queue.failed-jobs"

        case workersFine = "workers.ok"
        case workersFailing = "workers.failing"
        case workersStale = "workers.stale-registrations"

        case supervisorFine = "supervisor.ok"
        case supervisorAbsent = "supervisor.not-running"
        case supervisorForbidden = "supervisor.socket-forbidden"
        case supervisorSilent = "supervisor.silent"
        case supervisorSocketOpen = "supervisor.socket-open-to-all"

        case unitFine = "unit.ok"
        case unitMissing = "unit.not-installed"
        case unitDisabled = "unit.not-enabled"
        case unitEnvFile = "unit.env-file-unreadable"
        case unitWatchdog = "unit.no-watchdog"
        case unitFiles = "unit.file-limit"
        case unitMemory = "unit.memory-limit"
        case unitKilled = "unit.out-of-memory-kills"

        case probeFine = "probe.ok"
        case probeImpossible = "probe.impossible"
        case probeNotTaken = "probe.job-not-taken"
        case probeFailed = "probe.job-failed"
        case probeSlow = "probe.job-unfinished"
        case probeNotFound = "probe.not-found"
        case probeLeft = "probe.not-cleaned-up"
    }

    static var allCases: [FindingID] {
        Dependency.allCases.flatMap { dependency in
            Symptom.allCases.filter { $0.concerns(dependency) }.map { .reach(dependency, $0) }
        } + State.allCases.map { .state($0) }
    }

    /// "tei.bad-gateway"
    var text: String {
        switch self {
        case .reach(let dependency, let symptom): "\(dependency.rawValue).\(symptom.rawValue)"
        case .state(let state): state.rawValue
        }
    }
}
