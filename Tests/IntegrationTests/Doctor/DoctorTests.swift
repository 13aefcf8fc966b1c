import Foundation
import Synchronization
import Testing

@testable import JobQueue

/// pulsectl doctor and real faults.
@Suite struct DoctorTests {
    /// TEI and Qdrant that are well.
    private struct Services {
        let tei = FakeTEI()
        let qdrant = FakeQdrant()
        let teiService: ScriptedService
        let qdrantService: ScriptedService

        init() throws { (teiService, qdrantService) = (try tei.serve(), try qdrant.serve()) }

        var environment: [String: String] { ["PULSE_TEI_URL": teiService.url, "PULSE_QDRANT_URL": qdrantService.url] }
    }

    @Test func `what refuses, what answers for another, and what says nothing are told apart`() async throws {
        // Bound and not listening: the port refuses, and nobody else can be given it.
        let (reservation, port) = try ThreadedServer.bound(to: 0)
        defer { close(reservation) }
        let proxy = try ScriptedService { _ in .page("<html>502 Bad Gateway</html>", status: 502) }
        let silent = try RawServer(nil)
        let run = try await DoctorRun([
            "PULSE_REDIS_URL": "redis://user:geheim@127.0.0.1:\(silent.port)",
            "PULSE_QDRANT_URL": "http://[::1]:\(port)",
            "PULSE_TEI_URL": proxy.url, "PULSE_TEI_API_KEY": "hush",
        ])
        #expect(run.exitStatus == 2)
        run.isBroken("redis.silent", "did not answer")
        run.isBroken("qdrant.refused", "connection refused (http://[::1]:\(port))", "no qdrant runs on this host")
        run.isBroken("tei.bad-gateway", "HTTP 502: a proxy answered for a dead backend", "TEI behind it does not")
        #expect(run.first == "qdrant.refused")
        let deaf = try await DoctorRun([
            "PULSE_TEI_URL": "https://127.0.0.1:\(silent.port)", "PULSE_QDRANT_URL": "http://nowhere.invalid",
        ])
        deaf.isBroken("tei.silent", "leaves the TLS handshake unanswered")
        deaf.isBroken("qdrant.name-not-found", "host name not found (http://nowhere.invalid): ")
        #expect(!run.text.contains("geheim") && !run.text.contains("hush"), "a secret was printed: \(run.text)")
        withExtendedLifetime(silent) {}
    }

    @Test func `a refused key and a redirection are named`() async throws {
        let locked = try ScriptedService { _ in .json(#"{"error":"Unauthorized"}"#, status: 401) }
        let moved = try ScriptedService { _ in
            .json("{}", status: 301, headers: ["Location": "https://other.example/x?token=hush"])
        }
        let run = try await DoctorRun(["PULSE_TEI_URL": locked.url, "PULSE_QDRANT_URL": moved.url])
        run.isBroken("tei.unauthorized", "HTTP 401", "set PULSE_TEI_API_KEY")
        run.isBroken(
            "qdrant.redirected", "redirected to https://other.example", "put the final address into PULSE_QDRANT_URL")
        #expect(!run.text.contains("hush"))
    }

    @Test func `Redis on Qdrant's port is recognised, and Qdrant on TEI's and on Redis's`() async throws {
        let port = try RedisProcess.freePorts(1)[0]
        let redis = RedisProcess(port: port, ["redis-server", "--port", "\(port)", "--save", ""])
        try redis.start()
        try await eventually("redis-server answers") { (try? await redis.call("PING")) != nil }
        let services = try Services()
        let run = try await DoctorRun([
            "PULSE_QDRANT_URL": "http://127.0.0.1:\(port)", "PULSE_TEI_URL": services.qdrantService.url,
            "PULSE_REDIS_URL": services.qdrantService.url.replacingOccurrences(of: "http:", with: "redis:"),
        ])
        run.isBroken("qdrant.wrong-service", "Redis answers there", "names Redis's port")
        run.isBroken("tei.wrong-service", "Qdrant answers there", "PULSE_TEI_URL names Qdrant's address")
        redis.stop()
    }

    @Test func `a gRPC port is recognised by its answer`() async throws {
        // Frames of HTTP/2, as tonic answers whatever comes.
        let grpc = try RawServer { connection, _ in
            let frame: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
            _ = unsafe frame.withUnsafeBytes { unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            _ = RawServer.receive(connection)
        }
        let run = try await DoctorRun(["PULSE_QDRANT_URL": "http://127.0.0.1:\(grpc.port)"])
        run.isBroken("qdrant.wrong-service", "gRPC (HTTP/2) answers there", "REST is needed, usually on port 6333")
        withExtendedLifetime(grpc) {}
    }

    @Test func `an expired certificate is named, of HTTPS and of Redis`() async throws {
        let folder = "/tmp/pd-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try await TLSFiles(in: folder)
        try await files.expire("server")
        let ports = try RedisProcess.freePorts(2)
        let redis = RedisProcess(
            port: ports[0], ["redis-server", "--save", "", "--dir", folder] + files.options("server", port: ports[0]))
        let https = RedisProcess(
            port: ports[1],
            [
                "openssl", "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(ports[1])", "-cert",
                files.certificate("server"),
                "-key", files.key("server"),
            ])
        try redis.start()
        try https.start()
        for port in ports {
            try await eventually("it listens") {
                (try? await EndpointInspection(host: "127.0.0.1", port: port).connect(within: .seconds(1))) != nil
            }
        }
        let run = try await DoctorRun([
            "PULSE_REDIS_URL": "rediss://127.0.0.1:\(ports[0])?ca=\(files.certificate("authority"))",
            "PULSE_TEI_URL": "https://127.0.0.1:\(ports[1])",
        ])
        run.isBroken("redis.certificate-expired", "certificate has expired", "renew the certificate of 127.0.0.1")
        run.isBroken("tei.certificate-expired", "the certificate has expired", "ago")
        redis.stop()
        https.stop()
    }

    @Test func `Redis that evicts and keeps nothing is named`() async throws {
        try await QueueServer.with(options: ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]) {
            server, _ in
            let run = try await DoctorRun(["PULSE_REDIS_URL": "unix://" + server.socket])
            run.isBroken("redis.evicts-jobs", "allkeys-lru", "CONFIG SET maxmemory-policy noeviction")
            run.isWarned("redis.persistence-off", "all waiting jobs are gone", "appendonly yes")
            #expect(run.findings["redis.ok"]?.cause.hasPrefix("Redis ") == true)
        }
        try await QueueServer.with(durable: true) { server, _ in
            let run = try await DoctorRun(["PULSE_REDIS_URL": "unix://" + server.socket])
            #expect(run.findings["redis.persistence-off"] == nil && run.findings["redis.evicts-jobs"] == nil)
        }
    }

    @Test func `jobs that Python failed are named with their worker, and workers that are gone`() async throws {
        try await QueueServer.with(durable: true) { server, python in
            try await python(
                """
                import os
                q.enqueue('os.nosuch', job_id='import')
                q.enqueue('string.capwords', 7, job_id='attribute')
                w = SimpleWorker([q], connection=r, name='python-7'); w.work(burst=True)
                print([job(i).get_status().value for i in ('import', 'attribute')], job('attribute').latest_result().exc_string)
                Worker([q], connection=r, name='gone-1').register_birth(); r.delete('rq:worker:gone-1')
                """)
            let run = try await DoctorRun(["PULSE_REDIS_URL": "unix://" + server.socket])
            run.isWarned("queue.python-import-errors", "Invalid attribute name: nosuch", "python-7 (1)")
            run.isWarned("queue.python-attribute-errors", "AttributeError", "python-7 (1)", "deploy both alike")
            run.isWarned("workers.stale-registrations", "1 worker of 1 in the registry is dead: gone-1")
            try await python(
                "put(0, at_front=True); r.hset('rq:job:job-0', 'enqueued_at', '2020-01-01T00:00:00.000000Z')")
            let later = try await DoctorRun(["PULSE_REDIS_URL": "unix://" + server.socket])
            later.isBroken("queue.unserved", "1 waiting, the oldest for", "no living worker serves it")
        }
    }

    @Test func `an RQ worker that died in a thread leaves its name, and is found out`() async throws {
        try await QueueServer.with(durable: true) { server, python in
            let said = try await python(
                """
                import threading, io, contextlib
                put(0); r.hset('rq:job:job-0', 'enqueued_at', '2020-01-01T00:00:00.000000Z')
                says = []
                threading.excepthook = lambda args: says.append(str(args.exc_value))
                t = threading.Thread(target=lambda: Worker([q], connection=r, name='in-a-thread').work()); t.start(); t.join()
                r.hset('rq:worker:in-a-thread', 'last_heartbeat', '2020-01-01T00:00:00.000000Z')
                print(says[0], q.job_ids)
                """)
            #expect(said == "signal only works in main thread of the main interpreter ['job-0']")
            let run = try await DoctorRun(["PULSE_REDIS_URL": "unix://" + server.socket])
            run.isBroken(
                "queue.unserved", "takes nothing: Python's in-a-thread (started", "signal only works in main thread")
        }
    }

    @Test func `a worker of Pulse's whose sign of life is gone is stale`() async throws {
        try await QueueServer.with(durable: true) { server, _ in
            let queue = server.queue()
            try await queue.register()
            let environment = ["PULSE_REDIS_URL": "unix://" + server.socket]
            #expect(
                try await DoctorRun(environment).findings["workers.ok"]?.cause == "1 registered, 0 of them Python's")
            try await server.redis("DEL", "pulse:alive:\(queue.identity.name)")
            try await DoctorRun(environment).isWarned("workers.stale-registrations", queue.identity.name)
        }
    }

    @Test func `a clock that a proxy sets back is noticed, ours is not`() async throws {
        let tei = FakeTEI()
        let skewed = try ScriptedService { call in
            var answer = tei.answer(call)
            answer.headers["Date"] = "Sun, 06 Nov 1994 08:49:37 GMT"
            return answer
        }
        let services = try Services()
        let run = try await DoctorRun(services.environment.merging(["PULSE_TEI_URL": skewed.url]) { $1 })
        run.isWarned("tei.clock-skew", "behind this host's")
        #expect(run.findings["tei.ok"] != nil && run.findings["qdrant.clock-skew"] == nil)
    }

    @Test func `a model that does not go with the collection is named, and a default prompt`() async throws {
        let services = try Services()
        services.qdrant.state.withLock { $0.dimension = 1024 }
        let run = try await DoctorRun(services.environment)
        run.isBroken("collection.dimension", "holds vectors of 1024 dimensions", "makes 4")
        let before = services.qdrant.state.withLock { ($0.writes.count, $0.indexes.count) }
        #expect(before == (0, 0), "looking changes nothing")
        let missing = try Services()
        let first = try await DoctorRun(missing.environment)
        #expect(first.findings["collection.missing"]?.severity == "ok")
        #expect(missing.qdrant.state.withLock { $0.dimension } == nil, "nor does it make the collection")
    }

    @Test func `a proxy that refuses is the cause of what it was to reach`() async throws {
        let (reservation, port) = try ThreadedServer.bound(to: 0)
        defer { close(reservation) }
        let services = try Services()
        let run = try await DoctorRun(
            services.environment.merging(["PULSE_HTTP_PROXY": "http://user:geheim@[::1]:\(port)"]) { $1 })
        run.isBroken("proxy.refused", "connection refused")
        #expect(run.first == "proxy.refused" && !run.text.contains("geheim"))
        #expect(run.findings["qdrant.ok"] == nil)
    }

    @Test func `settings that cannot be used are said with their names, a file that cannot be read with its path`()
        async throws
    {
        let wrong = try await DoctorRun(["PULSE_WORKERS": "many", "PULSE_TEI_URLS": "x"])
        wrong.isBroken("settings.invalid", "PULSE_WORKERS", "did you mean PULSE_TEI_URL?")
        let missing = try await DoctorRun([:], "--env-file", "/nowhere/pulse.env")
        missing.isBroken("settings.env-file-unreadable", "/nowhere/pulse.env cannot be read: No such file")
        #expect(missing.first == "settings.env-file-unreadable" && missing.findings["redis.refused"] == nil)
    }
}

extension TLSFiles {
    /// Has the authority sign the same key again, for a time that is over.
    func expire(_ name: String) async throws {
        let configuration = """
            [ca]
            default_ca = past
            [past]
            database = \(folder)/index.txt
            new_certs_dir = \(folder)
            serial = \(folder)/serial
            default_md = sha256
            policy = any
            copy_extensions = copy
            [any]
            commonName = supplied
            """
        try configuration.write(toFile: folder + "/ca.cnf", atomically: true, encoding: .utf8)
        try "".write(toFile: folder + "/index.txt", atomically: true, encoding: .utf8)
        try "1000\n".write(toFile: folder + "/serial", atomically: true, encoding: .utf8)
        let outcome = try await Program.run(
            [
                "/usr/bin/openssl", "ca", "-batch", "-notext", "-config", folder + "/ca.cnf", "-in",
                "\(folder)/\(name).csr", "-cert",
                certificate("authority"), "-keyfile", key("authority"), "-startdate", "20200101000000Z", "-enddate",
                "20200201000000Z", "-out", certificate(name),
            ], ["PATH": "/usr/bin:/bin"])
        try #require(outcome.status == 0, "openssl ca: \(outcome.text)")
    }
}
