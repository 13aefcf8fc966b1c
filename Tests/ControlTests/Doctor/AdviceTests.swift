import Testing

@testable import pulsectl

@Suite struct `What the doctor advises` {
    private func finding(_ id: FindingID, _ change: (inout Facts) -> Void) -> Finding? {
        var facts = Facts.well
        change(&facts)
        let found = Diagnosis(facts).findings.first { $0.id == id }
        if found == nil { Issue.record("not found: \(id.text); but \(Diagnosis(facts).findings.map(\.id.text))") }
        return found
    }

    private func remedy(_ id: FindingID, _ change: (inout Facts) -> Void) -> String {
        finding(id, change)?.remedy ?? ""
    }

    @Test func `a port that refuses names who should listen there`() {
        let refused = FindingID.reach(.qdrant, .refused)
        #expect(
            remedy(refused) { $0.trouble(.qdrant, refused) }.contains(
                "the host qdrant.example is up, but nothing listens on its port 6333"))
        func here(_ change: (inout HostFacts) -> Void) -> String {
            remedy(refused) { facts in
                facts.trouble(.qdrant, refused)
                facts.about(.qdrant, url: "http://localhost:6333")
                change(&facts.host)
            }
        }
        #expect(here { _ in }.contains("no qdrant runs on this host: start it"))
        #expect(here { $0.units[.qdrant] = ("qdrant", false) }.contains("systemctl start qdrant"))
        #expect(here { $0.units[.qdrant] = ("qdrant", true) }.contains("active but does not listen on port 6333"))
        #expect(here { $0.processes[.qdrant] = 77 }.contains("runs (pid 77) but does not listen on port 6333"))
        #expect(
            here { ($0.processes[.qdrant], $0.isContainer) = (77, true) }.contains("pid 77"), "it is in this container")
    }

    @Test func `a name that nobody knows is told from name servers that are silent`() {
        let id = FindingID.reach(.tei, .nameNotFound)
        #expect(
            remedy(id) { $0.trouble(.tei, id, "host name not found: Name or service not known") }.contains(
                "knows tei.example"))
        let silent = remedy(id) { $0.trouble(.tei, id, "host name not found: no answer from the name servers") }
        #expect(silent.hasPrefix("the name servers in /etc/resolv.conf do not answer"))
        let short = remedy(id) { facts in
            facts.trouble(.tei, id)
            facts.about(.tei, url: "http://tei:8080")
        }
        #expect(short.contains("a container's name is known in its own network only"))
    }

    @Test func `a proxy that answers for a dead backend is told apart, and the direct address named`() {
        let bad = FindingID.reach(.tei, .badGateway)
        let words = remedy(bad) { facts in
            facts.trouble(.tei, bad, "HTTP 502: a proxy answered for a dead backend (https://tei.example)")
            facts.about(.tei, url: "https://tei.example")
        }
        #expect(
            words.contains("the proxy answers, TEI behind it does not") && words.contains("http://tei.example:8080"))
        let direct = remedy(bad) { facts in
            facts.trouble(.tei, bad)
            facts.tei[0].direct = "http://tei.example:8080"
        }
        #expect(direct.hasPrefix("http://tei.example:8080 answers directly: set PULSE_TEI_URL=http://tei.example:8080"))
    }

    @Test func `who answers instead is named`() {
        func words(_ dependency: Dependency, _ speaker: Speaker, _ symptom: Symptom = .wrongService, url: String? = nil)
            -> String
        {
            let found = finding(.reach(dependency, .wrongService)) { facts in
                facts.trouble(dependency, .reach(dependency, symptom))
                facts.about(dependency, url: url ?? "http://host.example:6379", speaker: speaker)
            }
            return "\(found?.cause ?? "") -> \(found?.remedy ?? "")"
        }
        #expect(words(.qdrant, .redis).contains("Redis answers there -> PULSE_QDRANT_URL names Redis's port"))
        #expect(
            words(.qdrant, .grpc, .connectionCut).contains("names the gRPC port; REST is needed, usually on port 6333"))
        #expect(words(.tei, .qdrant).contains("PULSE_TEI_URL names Qdrant's address"))
        #expect(words(.qdrant, .tei(model: "minilm")).contains("TEI (minilm) answers there"))
        #expect(words(.redis, .http).contains("Redis's is usually 6379"))
        #expect(words(.tei, .tls, .connectionCut).contains("begin PULSE_TEI_URL with https://"))
        #expect(words(.tei, .http, .tls, url: "https://host.example").contains("begin PULSE_TEI_URL with http://"))
        #expect(words(.redis, .tls, .connectionCut).contains("begin PULSE_REDIS_URL with rediss://"))
    }

    @Test func `an expired certificate is told from one that nobody vouches for`() {
        let expired = finding(.reach(.tei, .certificateExpired)) { facts in
            facts.trouble(.tei, .reach(.tei, .tls), "TLS failed: self-signed certificate")
            facts.about(.tei, url: "https://tei.example", certificate: -7200)
        }
        #expect(expired?.cause == "TLS failed: self-signed certificate; the certificate has expired (2h00m ago)")
        #expect(Symptom.ofTLS("the server's certificate: certificate has expired") == .certificateExpired)
        #expect(Symptom.ofTLS("self-signed certificate") == .tls)
    }

    @Test func `a proxy of the environment is worth a warning only where somebody is not reached without it`() {
        func found(_ change: (inout Facts) -> Void) -> Finding? {
            var facts = Facts.well
            facts.host.proxies = [HostFacts.Variable(name: "http_proxy", value: "http://proxy:3128")]
            change(&facts)
            return Diagnosis(facts).findings.first { $0.id == .state(.proxyIgnored) }
        }
        #expect(found { _ in }?.severity == .fine)
        #expect(
            found { $0.trouble(.tei, .reach(.tei, .timeout)) }?.remedy?.contains("PULSE_HTTP_PROXY=http://proxy:3128")
                == true)
        #expect(found { $0.host.noProxy = "localhost,.example" } == nil)
        #expect(found { $0.proxy = Address(url: "http://proxy:3128") } == nil)
    }

    @Test func `workers that see something else are told why that may be`() {
        let here = finding(.reach(.qdrant, .onlyReachableHere)) { facts in
            facts.unit.sandbox = "PrivateNetwork=yes"
            facts.changeSupervisor {
                $0.services[.qdrant] = .init(complaint: "connection refused (http://localhost:6333)")
            }
        }
        #expect(here?.cause == "reached from here, but workers report: connection refused (http://localhost:6333)")
        #expect(here?.remedy?.contains("the unit sets PrivateNetwork=yes") == true)
        #expect(here?.remedy?.contains("nsenter -n -t 4711") == true)
    }

    @Test func `what is wrong for everybody is not taken for a sandbox`() {
        var facts = Facts.well
        facts.changeSupervisor { $0.services[.qdrant] = .init(complaint: "the collection holds 1024 dimensions") }
        facts.changeCollection { $0.dimension = 1024 }
        let diagnosis = Diagnosis(facts)
        #expect(diagnosis.first?.id.text == "collection.dimension")
        #expect(!diagnosis.findings.contains { $0.id == .reach(.qdrant, .onlyReachableHere) })
    }

    @Test func `of several TEI servers one that is down is a warning, all of them are broken`() {
        var facts = Facts.well
        facts.tei.append(Facts.server("http://b.example:8080"))
        facts.trouble(.tei, .reach(.tei, .refused))
        #expect(Diagnosis(facts).exitStatus == 1)
        #expect(
            !Diagnosis(facts).findings.contains { $0.id == .reach(.tei, .onlyReachableThere) },
            "they are well by the other")
        facts.tei[1].sight = .pending
        #expect(Diagnosis(facts).exitStatus == 2)
    }

    @Test func `a forward proxy is named where it may be the one that answers`() {
        let words = remedy(.reach(.tei, .badGateway)) { facts in
            (facts.proxy, facts.proxySight) = (Address(url: "http://proxy.example:3128"), .seen(0))
            facts.trouble(.tei, .reach(.tei, .badGateway))
        }
        #expect(words.contains("PULSE_HTTP_PROXY=http://proxy.example:3128, which does not reach tei.example"))
    }

    @Test func `Redis that evicts only what has a lifetime is a warning, and without a limit nothing`() {
        func severity(_ policy: String, _ limit: Int) -> Finding.Severity? {
            var facts = Facts.well
            facts.changeRedis { ($0.maxMemory, $0.evictionPolicy) = (limit, policy) }
            return Diagnosis(facts).findings.first { $0.id == .state(.redisEvicts) }?.severity
        }
        #expect(severity("allkeys-lru", 100) == .broken && severity("volatile-ttl", 100) == .warning)
        #expect(severity("allkeys-lru", 0) == nil && severity("noeviction", 100) == nil)
    }

    @Test func `a full disk is named whoever says so, and another model is accepted where a setting says so`() {
        let full = finding(.state(.qdrantDisk)) {
            $0.changeCollection { $0.optimizerError = "IO Error: No space left on device" }
        }
        #expect(full?.remedy == "its disk is full: free some, or enlarge it")
        let model = finding(.state(.collectionModel)) { facts in
            facts.changeStore { $0.acceptsOtherModel = true }
            facts.changeCollection { $0.model = "other" }
        }
        #expect(model?.severity == .warning)
    }

    @Test func `a batch may be impossible by its permits or by its tokens`() {
        let id = FindingID.state(.teiBatchImpossible)
        #expect(
            finding(id) { $0.changeTEI { ($0.clientBatch, $0.concurrent) = (128, 80) } }?.cause.contains("429 for ever")
                == true)
        #expect(
            remedy(id) { $0.changeTEI { ($0.window, $0.batchTokens) = (8192, 4096) } }.contains(
                "--max-batch-tokens 8192"))
    }

    @Test func `a job that waits has nobody, or too few`() {
        func ids(_ change: (inout QueueFacts) -> Void) -> [String] {
            var facts = Facts.well
            facts.changeQueue(change)
            return Diagnosis(facts).findings.map(\.id.text).filter { $0.hasPrefix("queue.") }
        }
        #expect(ids { ($0.workers, $0.queues[0].oldestAge) = ([], 5) } == ["queue.ok"], "workers may be starting")
        #expect(
            ids {
                $0.workers[0].queues = ["other"]; $0.queues[0].oldestAge = 60
            } == ["queue.unserved"])
        #expect(
            ids {
                $0.workers[0].isAlive = false; $0.queues[0].oldestAge = 60
            } == ["queue.unserved"])
        #expect(ids { $0.queues[0].queued = 0 } == ["queue.ok"])
        #expect(
            ids { ($0.workers, $0.queues[0].oldestAge) = ([], nil) } == ["queue.unserved"],
            "the jobs' own lifetimes are over")
        #expect(ids { $0.queues[0].oldestAge = nil } == ["queue.ok"], "a worker clears them away")
    }

    @Test func `a worker whose thread is dead is not taken for one that serves`() {
        func found(_ change: (inout QueueFacts.Worker) -> Void) -> Finding? {
            var facts = Facts.well
            facts.changeQueue { queue in
                queue.queues[0].oldestAge = 60
                queue.workers[0] = QueueFacts.Worker(
                    name: "d3ad8eee", queues: ["indexing"], isPython: true, state: "started", silence: 60)
                change(&queue.workers[0])
            }
            return Diagnosis(facts).findings.first { $0.id == .state(.queueUnserved) }
        }
        let dead = found { _ in }
        #expect(dead?.cause.contains("takes nothing: Python's d3ad8eee (started, last heard of 1m00s ago)") == true)
        #expect(dead?.remedy?.contains("signal only works in main thread") == true)
        #expect(found { $0.state = "busy" } == nil, "it works")
        #expect(found { $0.silence = 2 } == nil, "it is between two jobs")
        #expect(found { $0.isPython = false } == nil, "Pulse's say for themselves what they wait for")
    }
}
