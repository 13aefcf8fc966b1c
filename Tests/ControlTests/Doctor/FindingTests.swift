import Testing

@testable import pulsectl

@Suite struct `What the doctor finds` {
    @Test func `every finding comes of facts, with what to do`() {
        for declared in DeclaredFinding.all {
            var facts = Facts.well
            declared.change(&facts)
            let found = Diagnosis(facts).findings.filter { $0.id == declared.id }
            guard let finding = found.first else {
                Issue.record("\(declared) was not found among \(Diagnosis(facts).findings.map(\.id.text))")
                continue
            }
            #expect(finding.severity == declared.severity, "\(declared)")
            #expect(!finding.cause.isEmpty, "\(declared)")
            #expect((finding.remedy?.isEmpty == false) == (finding.severity > .fine), "\(declared): \(finding)")
        }
    }

    @Test func `no finding is without a test`() {
        let declared = Set(DeclaredFinding.all.map(\.id))
        for id in FindingID.allCases {
            #expect(declared.contains(id), "\(id.text) is not declared in DeclaredFindings.swift")
        }
        for id in declared { #expect(FindingID.allCases.contains(id), "\(id.text) is no finding") }
    }

    @Test func `names are dotted, and each is one finding's`() {
        let names = FindingID.allCases.map(\.text)
        #expect(Set(names).count == names.count)
        for name in names {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            #expect(
                parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0 == "-" } },
                "\(name)")
        }
    }

    @Test func `where all is well nothing is said but that, and the exit status is 0`() {
        let diagnosis = Diagnosis(Facts.well)
        #expect(diagnosis.findings.allSatisfy { $0.severity == .fine }, "\(diagnosis.findings)")
        #expect(diagnosis.exitStatus == 0 && diagnosis.first == nil)
    }

    @Test func `warnings are 1 and what is broken 2`() {
        var facts = Facts.well
        facts.unit.isEnabled = false
        #expect(Diagnosis(facts).exitStatus == 1)
        facts.trouble(.tei, .reach(.tei, .badGateway))
        #expect(Diagnosis(facts).exitStatus == 2)
    }

    @Test func `settings that cannot be used are the only thing that is said of services`() {
        var facts = Facts()
        facts.settings.problems = ["PULSE_WORKERS: 'x' is not allowed"]
        facts.supervisor = .absent(socket: "/run/s", cause: "nothing listens there")
        #expect(Diagnosis(facts).findings.map(\.id) == [.state(.settingsInvalid), .state(.supervisorAbsent)])
    }
}

@Suite struct `What the doctor says first` {
    private func first(_ change: (inout Facts) -> Void) -> String? {
        var facts = Facts.well
        change(&facts)
        return Diagnosis(facts).first?.id.text
    }

    @Test func `causes come before what follows from them`() {
        let chain: [(inout Facts) -> Void] = [
            { $0.settings.unreadable = "no" },
            { $0.trouble(.proxy, .reach(.proxy, .refused)) },
            { $0.trouble(.redis, .reach(.redis, .nameNotFound)) },
            { $0.trouble(.qdrant, .reach(.qdrant, .refused)) },
            { $0.trouble(.qdrant, .reach(.qdrant, .tls)) },
            { $0.trouble(.tei, .reach(.tei, .badGateway)) },
            { $0.trouble(.tei, .reach(.tei, .unauthorized)) },
            { $0.changeCollection { $0.dimension = 3 } },
            { $0.supervisor = .absent(socket: "/run/s", cause: "nothing listens there") },
            { $0.changeSupervisor { $0.failing = [.init(name: "worker.1", state: "backoff", death: "exit 69")] } },
            { $0.probe = ProbeFacts(outcome: .impossible("no")) },
        ]
        for (index, cause) in chain.enumerated() {
            let alone = first(cause)
            for consequence in chain[(index + 1)...] {
                // What comes later in the list must not take a fact away from what comes first.
                #expect(
                    first { facts in
                        consequence(&facts); cause(&facts)
                    } == alone, "\(alone ?? "-")")
            }
        }
    }

    @Test func `where something is listed says nothing of what it causes`() {
        let name: (inout Facts) -> Void = { $0.trouble(.tei, .reach(.tei, .nameNotFound)) }
        #expect(
            first { facts in
                facts.trouble(.redis, .reach(.redis, .unauthorized)); name(&facts)
            } == "tei.name-not-found")
        #expect(
            first { facts in
                facts.changeStore { $0.isTooOld = true }; name(&facts)
            } == "tei.name-not-found")
        #expect(
            first { facts in
                facts.changeRedis { ($0.maxMemory, $0.evictionPolicy) = (1 << 30, "allkeys-lru") }
                name(&facts)
            } == "tei.name-not-found")
        #expect(
            first { facts in
                facts.unit.envFileProblem = "no"; name(&facts)
            } == "unit.env-file-unreadable")
    }

    @Test func `what is broken comes before any warning, and a warning is better than nothing`() {
        #expect(first { $0.unit.isEnabled = false } == "unit.not-enabled")
        #expect(
            first { facts in
                facts.about(.redis, certificate: 60)
                facts.changeSupervisor { $0.failing = [.init(name: "worker.1", state: "backoff", death: "exit 69")] }
            } == "workers.failing")
    }
}
