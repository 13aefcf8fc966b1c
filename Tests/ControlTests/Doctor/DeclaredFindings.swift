@testable import pulsectl

/// A finding, how bad it is, and facts that lead to it.
struct DeclaredFinding: CustomStringConvertible, Sendable {
    typealias Change = @Sendable (inout Facts) -> Void

    var id: FindingID
    var severity: Finding.Severity
    var change: Change

    var description: String { id.text }

    init(_ id: FindingID, _ severity: Finding.Severity, _ change: @escaping Change = { _ in }) {
        (self.id, self.severity, self.change) = (id, severity, change)
    }

    init(_ state: FindingID.State, _ severity: Finding.Severity, _ change: @escaping Change = { _ in }) {
        self.init(.state(state), severity, change)
    }
}

extension DeclaredFinding {
    /// Every finding there is must stand here, or `no finding is without a test` fails.
    static let all: [DeclaredFinding] =
        reached + settings + redis + qdrant + tei + queue + host + probe

    private static let reached: [DeclaredFinding] = Dependency.allCases.flatMap { dependency in
        troubles.filter { $0.concerns(dependency) }.map { symptom in
            DeclaredFinding(.reach(dependency, symptom), .broken) {
                $0.trouble(dependency, .reach(dependency, symptom))
            }
        }
            + [
                DeclaredFinding(.reach(dependency, .fine), .fine) { facts in
                    guard dependency == .proxy else { return }
                    (facts.proxy, facts.proxySight) = (Address(url: "http://proxy.example:3128"), .seen(0))
                },
                DeclaredFinding(.reach(dependency, .localhostInContainer), .broken) { facts in
                    facts.trouble(dependency, .reach(dependency, .refused))
                    facts.about(dependency, url: "http://127.0.0.1:1")
                    facts.host.isContainer = true
                },
            ]
            + (dependency == .proxy ? [] : ofServices(dependency))
    }

    private static let troubles: [Symptom] = [
        .nameNotFound, .unreachable, .timeout, .refused, .socket, .connectionCut, .tls, .certificateExpired,
        .wrongService,
        .badGateway, .silent, .redirected, .unauthorized, .overloaded, .failing,
    ]

    private static func ofServices(_ dependency: Dependency) -> [DeclaredFinding] {
        [
            DeclaredFinding(.reach(dependency, .unfinished), .broken) { facts in
                switch dependency {
                case .proxy: break
                case .redis: facts.redis.sight = .pending
                case .qdrant: facts.qdrant.sight = .pending
                case .tei: facts.tei[0].sight = .pending
                }
            },
            DeclaredFinding(.reach(dependency, .certificateExpiring), .warning) {
                $0.about(dependency, certificate: 86_400)
            },
            DeclaredFinding(.reach(dependency, .clockSkew), .warning) { $0.about(dependency, clock: -7) },
            DeclaredFinding(.reach(dependency, .onlyReachableHere), .broken) { facts in
                facts.changeSupervisor { $0.services[dependency] = .init(complaint: "connection refused") }
            },
            DeclaredFinding(.reach(dependency, .onlyReachableThere), .warning) { facts in
                facts.trouble(dependency, .reach(dependency, .timeout))
            },
        ]
    }

    private static let settings: [DeclaredFinding] = [
        DeclaredFinding(.settingsFine, .fine),
        DeclaredFinding(.settingsInvalid, .broken) { $0.settings.problems = ["PULSE_WORKERS: 'x' is not allowed"] },
        DeclaredFinding(.envFileUnreadable, .broken) {
            $0.settings.unreadable = "/etc/pulse/pulse.env: Permission denied"
        },
        DeclaredFinding(.proxyIgnored, .warning) { facts in
            facts.host.proxies = [HostFacts.Variable(name: "http_proxy", value: "http://proxy:3128")]
            facts.trouble(.tei, .reach(.tei, .timeout))
        },
    ]

    private static let redis: [DeclaredFinding] = [
        DeclaredFinding(.redisOld, .broken) { $0.changeRedis { $0.isTooOld = true } },
        DeclaredFinding(.redisLoading, .broken) { $0.trouble(.redis, .state(.redisLoading)) },
        DeclaredFinding(.redisNoMaster, .broken) { $0.trouble(.redis, .state(.redisNoMaster)) },
        DeclaredFinding(.redisRefuses, .broken) { $0.trouble(.redis, .state(.redisRefuses)) },
        DeclaredFinding(.redisReplica, .broken) { $0.changeRedis { $0.isReplica = true } },
        DeclaredFinding(.redisCannotWrite, .broken) { $0.changeRedis { $0.lastSnapshotFailed = true } },
        DeclaredFinding(.redisEvicts, .broken) { facts in
            facts.changeRedis { ($0.maxMemory, $0.evictionPolicy) = (1 << 30, "allkeys-lru") }
        },
        DeclaredFinding(.redisNearlyFull, .warning) { $0.changeRedis { ($0.maxMemory, $0.usedMemory) = (1000, 901) } },
        DeclaredFinding(.redisNotPersistent, .warning) { $0.changeRedis { $0.savePoints = "" } },
    ]

    private static let qdrant: [DeclaredFinding] = [
        DeclaredFinding(.qdrantOld, .broken) { $0.changeStore { $0.isTooOld = true } },
        DeclaredFinding(.qdrantLocked, .broken) { $0.changeStore { $0.lockReason = "backup" } },
        DeclaredFinding(.qdrantDisk, .broken) { $0.changeStore { $0.disk = (1 << 20, 1 << 40) } },
        DeclaredFinding(.collectionFine, .fine),
        DeclaredFinding(.collectionMissing, .fine) { $0.changeStore { $0.collection = nil } },
        DeclaredFinding(.collectionNamedVectors, .broken) { $0.changeCollection { $0.dimension = nil } },
        DeclaredFinding(.collectionDimension, .broken) { $0.changeCollection { $0.dimension = 1024 } },
        DeclaredFinding(.collectionDistance, .broken) { $0.changeCollection { $0.distance = "Dot" } },
        DeclaredFinding(.collectionModel, .broken) { $0.changeCollection { $0.model = "other" } },
        DeclaredFinding(.collectionBroken, .broken) { $0.changeCollection { $0.status = "red" } },
        DeclaredFinding(.collectionOptimizer, .broken) { $0.changeCollection { $0.optimizerError = "panicked" } },
        DeclaredFinding(.collectionBusy, .fine) { $0.changeCollection { $0.status = "yellow" } },
    ]

    private static let tei: [DeclaredFinding] = [
        DeclaredFinding(.teiSettingRefused, .broken) { $0.trouble(.tei, .state(.teiSettingRefused)) },
        DeclaredFinding(.teiDisagreement, .broken) { facts in
            facts.tei.append(Facts.server("http://b.example:8080") { $0.revision = "def" })
        },
        DeclaredFinding(.teiDimension, .broken) { $0.changeTEI { $0.wantedDimension = 1024 } },
        DeclaredFinding(.teiDefaultPrompt, .warning) { $0.changeTEI { $0.defaultPromptTokens = 3 } },
        DeclaredFinding(.teiBatchImpossible, .warning) { $0.changeTEI { ($0.clientBatch, $0.concurrent) = (128, 80) } },
        DeclaredFinding(.teiWindowSmall, .warning) { $0.changeTEI { $0.window = 128 } },
    ]

    private static func failed(_ reason: String) -> Change {
        { facts in
            facts.changeQueue { queue in
                queue.queues[0].failed = 1
                queue.failed = [FailedJob(reason: reason, worker: "python-1")]
            }
        }
    }

    private static let queue: [DeclaredFinding] = [
        DeclaredFinding(.queueFine, .fine),
        DeclaredFinding(.queueSuspended, .warning) { $0.changeQueue { $0.isSuspended = true } },
        DeclaredFinding(.queueUnserved, .broken) { facts in
            facts.changeQueue { ($0.workers, $0.queues[0].oldestAge) = ([], 11) }
        },
        DeclaredFinding(.queueBacklog, .warning) { $0.changeQueue { $0.queues[0].oldestAge = 901 } },
        DeclaredFinding(.pythonImports, .warning, failed("ModuleNotFoundError: No module named 'app'")),
        DeclaredFinding(
            .pythonAttributes, .warning, failed("AttributeError: 'NoneType' object has no attribute 'url'")),
        DeclaredFinding(
            .pythonSignals, .warning, failed("ValueError: signal only works in main thread of the main interpreter")),
        DeclaredFinding(.queueFailures, .warning, failed("tei answers 413")),
        DeclaredFinding(.workersFine, .fine),
        DeclaredFinding(.workersFailing, .broken) { facts in
            facts.changeSupervisor { $0.failing = [.init(name: "worker.2", state: "backoff", death: "exit 70")] }
        },
        DeclaredFinding(.workersStale, .warning) { facts in
            facts.changeQueue { $0.workers.append(QueueFacts.Worker(name: "old", isAlive: false, isPython: true)) }
        },
    ]

    private static let host: [DeclaredFinding] = [
        DeclaredFinding(.supervisorFine, .fine),
        DeclaredFinding(.supervisorAbsent, .broken) {
            $0.supervisor = .absent(socket: "/run/s", cause: "nothing listens there")
        },
        DeclaredFinding(.supervisorForbidden, .warning) {
            $0.supervisor = .forbidden(socket: "/run/s", cause: "this user may not")
        },
        DeclaredFinding(.supervisorSilent, .broken) { $0.supervisor = .pending },
        DeclaredFinding(.supervisorSocketOpen, .warning) { $0.changeSupervisor { $0.socketMode = 0o666 } },
        DeclaredFinding(.unitFine, .fine),
        DeclaredFinding(.unitMissing, .warning) { facts in
            facts.unit = UnitFacts(hasSystemd: true)
            facts.supervisor = .absent(socket: "/run/s", cause: "nothing listens there")
        },
        DeclaredFinding(.unitDisabled, .warning) { $0.unit.isEnabled = false },
        DeclaredFinding(.unitEnvFile, .broken) {
            $0.unit.envFileProblem = "/etc/pulse/pulse.env cannot be read by the user pulse"
        },
        DeclaredFinding(.unitWatchdog, .warning) { $0.unit.hasWatchdog = false },
        DeclaredFinding(.unitFiles, .warning) { $0.unit.fileLimit = 256 },
        DeclaredFinding(.unitMemory, .warning) { ($0.unit.memoryLimit, $0.unit.memoryUsed) = (100, 95) },
        DeclaredFinding(.unitKilled, .warning) { $0.unit.kills = 2 },
    ]

    private static func probed(_ outcome: ProbeFacts.Outcome, left: String? = nil) -> Change {
        { $0.probe = ProbeFacts(outcome: outcome, steps: [("queue", 0.0124)], left: left) }
    }

    private static let probe: [DeclaredFinding] = [
        DeclaredFinding(.probeFine, .fine, probed(.done)),
        DeclaredFinding(.probeImpossible, .broken, probed(.impossible("TEI does not serve"))),
        DeclaredFinding(.probeNotTaken, .broken, probed(.notTaken(queue: "indexing", seconds: 30))),
        DeclaredFinding(.probeFailed, .broken, probed(.failed(reason: "tei answers 413"))),
        DeclaredFinding(.probeSlow, .broken, probed(.unfinished(status: "started", seconds: 30))),
        DeclaredFinding(.probeNotFound, .broken, probed(.notFound("0 hits"))),
        DeclaredFinding(.probeLeft, .warning, probed(.done, left: "https://pulse-doctor.invalid/x")),
    ]
}
