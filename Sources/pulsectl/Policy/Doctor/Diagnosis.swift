/// All that was found, and where to begin.
struct Diagnosis {
    /// By what they concern, from the settings to the canary.
    var findings: [Finding]

    /// 0 fine, 1 warnings, 2 broken.
    var exitStatus: Int32 { Int32(worst.rawValue) }

    var worst: Finding.Severity { findings.map(\.severity).max() ?? .fine }

    /// What to mend first: of what is worst, that which may be the cause of the others.
    var first: Finding? {
        guard worst > .fine else { return nil }
        let candidates = findings.filter { $0.severity == worst }
        return candidates.enumerated().min { left, right in
            (left.element.id.depth, left.offset) < (right.element.id.depth, right.offset)
        }?.element
    }

    func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

    init(_ findings: [Finding]) { self.findings = findings }

    /// Pure: the same facts are judged alike everywhere.
    init(_ facts: Facts) {
        let services =
            ReachFindings.of(.redis, facts) + RedisFindings.of(facts)
            + ReachFindings.of(.qdrant, facts) + CollectionFindings.of(facts)
            + ReachFindings.of(.tei, facts) + EmbeddingFindings.of(facts)
        findings =
            SettingsFindings.of(facts) + ProxyFindings.of(facts) + services
            + DisagreementFindings.of(facts, besides: services)
            + QueueFindings.of(facts) + WorkerFindings.of(facts) + SupervisorFindings.of(facts)
            + UnitFindings.of(facts) + ProbeFindings.of(facts)
    }
}

extension FindingID {
    /// How far from the root of all evil: settings, names, networks, TLS, HTTP, what services say of themselves, and then what
    /// follows from all that.
    var depth: Int {
        switch self {
        case .reach(let dependency, let symptom):
            // Whatever goes through a proxy fails with it.
            let base = dependency == .proxy ? 10 : 20
            return base + 2 * (Symptom.allCases.firstIndex(of: symptom) ?? 0)
        case .state(let state):
            switch state {
            case .settingsFine, .settingsInvalid, .envFileUnreadable, .unitEnvFile: return 0
            case .proxyIgnored: return 15
            case .redisOld, .redisLoading, .redisNoMaster, .redisReplica, .redisRefuses, .redisCannotWrite: return 50
            case .teiSettingRefused, .teiDisagreement, .teiDimension, .qdrantOld, .qdrantLocked, .qdrantDisk:
                return 60
            case .collectionFine, .collectionMissing, .collectionNamedVectors, .collectionDimension,
                .collectionDistance, .collectionModel, .collectionBroken, .collectionOptimizer, .collectionBusy:
                return 70
            case .redisEvicts, .redisNearlyFull, .redisNotPersistent: return 75
            case .teiDefaultPrompt, .teiBatchImpossible, .teiWindowSmall: return 76
            case .unitFine, .unitMissing, .unitDisabled, .unitWatchdog, .unitFiles, .unitMemory, .unitKilled: return 82
            case .supervisorFine, .supervisorAbsent, .supervisorForbidden, .supervisorSilent, .supervisorSocketOpen:
                return 80
            case .workersFine, .workersFailing: return 84
            case .queueFine, .queueSuspended, .queueUnserved, .queueBacklog, .pythonImports, .pythonAttributes,
                .pythonSignals, .queueFailures, .workersStale:
                return 86
            case .probeFine, .probeImpossible, .probeNotTaken, .probeFailed, .probeSlow, .probeNotFound, .probeLeft:
                return 90
            }
        }
    }
}
