import Testing

@testable import JobQueue

@Suite struct JobCodecTests {
    private func payload(_ function: String, _ arguments: [PickleValue], _ keywords: [PickleValue.Entry] = [])
        throws(JobRefusal) -> JobPayload
    {
        let call = JobCall(function: function, arguments: arguments, keywordArguments: keywords)
        return try JobCodec.payload(of: try JobCodec.call(fromPickle: JobCodec.encode(call)))
    }

    private let camel: PickleValue = [
        "url": .string("https://a"), "resolvedUrl": .string("https://b"), "title": .string("T"), "description": .none,
        "markdown": .string("# M"), "html": .string("<h1>"), "statusCode": .int(200), "gcsPath": .none,
        "language": .string("en"),
        "country": .string("DE"), "isMobile": .bool(true), "crawl_id": .string("c1"), "contentId": .int(7),
    ]
    private let snake: PickleValue = [
        "url": .string("https://a"), "resolved_url": .string("https://b"), "title": .string("T"), "description": .none,
        "content": .string("# M"), "status_code": .int(200), "language": .string("en"), "country": .string("DE"),
        "is_mobile": .bool(true), "crawlId": .string("c1"), "content_id": .int(7),
    ]

    @Test func `both spellings of the keys name the same fields`() throws {
        var expected = DocumentFields(url: "https://a", markdown: "# M")
        expected.resolvedURL = "https://b"
        expected.title = "T"
        expected.statusCode = 200
        expected.language = "en"
        expected.country = "DE"
        expected.isMobile = true
        expected.crawlID = "c1"
        expected.contentID = "7"
        #expect(try payload("worker.index_document_job", [camel]) == .documents([expected], isBatch: false))
        #expect(try payload("app.worker.index_document_job", [snake]) == .documents([expected], isBatch: false))
        #expect(
            try payload("worker.index_document_batch_job", [.list([camel, snake])])
                == .documents([expected, expected], isBatch: true))
    }

    @Test func `arguments may be given by name`() throws {
        let one = DocumentFields(url: "u")
        #expect(
            try payload("worker.index_document_job", [], [.init("document", ["url": .string("u")])])
                == .documents([one], isBatch: false))
        #expect(
            try payload("worker.index_document_batch_job", [], [.init("documents", .list([["url": .string("u")]]))])
                == .documents([one], isBatch: true))
        #expect(throws: JobRefusal.self) { try payload("worker.index_document_job", [], [.init("doc", .none)]) }
        #expect(throws: JobRefusal.self) { try payload("worker.index_document_job", []) }
        #expect(throws: JobRefusal.self) { try payload("worker.index_document_job", [camel, camel]) }
    }

    @Test func `an unknown function is refused by name, with the setting that decides, and cannot break a log line`() {
        #expect(throws: JobRefusal.unknownFunction("app.jobs.rescrape.rescrape_changed_url")) {
            try payload("app.jobs.rescrape.rescrape_changed_url", [.int(7)])
        }
        let text = "\(JobRefusal.unknownFunction("a\nb\u{1b}[31m"))"
        #expect(
            text.contains("a queue that Python workers serve") && text.contains("\"a?b?[31m\"") && !text.contains("\n"))
    }

    @Test(arguments: ["os.system ", "a\nlevel=error", "a\r\n", "a\tb", "\u{1b}[2J", "\u{85}", "\0", #"a" b"#, ""])
    func `a function's name, whatever it holds, stays one line between its quotes`(name: String) {
        #expect(throws: JobRefusal.unknownFunction(name)) { try payload(name, [camel]) }
        let text = "\(JobRefusal.unknownFunction(name))"
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
        #expect(text.filter { $0 == "\"" }.count == 2)
        #expect("\(JobRefusal.unknownFunction(String(repeating: "x", count: 1 << 20)))".count < 500)
    }

    @Test func `args may be a list, as JSON would have them`() throws {
        let data = PickleEncoder.encode(
            .tuple([.string("worker.index_document_job"), .none, .list([.int(7)]), .dict([])]), style: .pythonic)
        #expect(
            try JobCodec.call(fromPickle: data) == JobCall(function: "worker.index_document_job", arguments: [.int(7)]))
    }

    @Test func `an instance and callbacks are refused`() throws {
        let data = PickleEncoder.encode(
            .tuple([.string("f"), .string("pickled object"), .tuple([]), .dict([])]), style: .pythonic)
        #expect(throws: JobRefusal.instance(function: "f", type: "str")) { try JobCodec.call(fromPickle: data) }
        let call = JobCall(function: "worker.index_document_job", arguments: [camel])
        #expect(throws: JobRefusal.callbacks(function: call.function, names: ["m.done"])) {
            try JobCodec.payload(of: call, callbacks: ["m.done"])
        }
    }

    @Test(arguments: [
        PickleValue.none, .tuple([]), .tuple([.string("f"), .none, .tuple([])]),
        .tuple([.string("f"), .none, .tuple([]), .dict([]), .none]),
        .list([.string("f"), .none, .tuple([]), .dict([])]),
        .tuple([.none, .none, .tuple([]), .dict([])]),
        .tuple([.string("f"), .none, .none, .dict([])]), .list([.string("f"), .none, .tuple([]), .dict([])]),
        .tuple([.string("f"), .none, .tuple([]), .list([])]),
    ])
    func `data that is not RQ's tuple is refused`(value: PickleValue) {
        #expect(throws: JobRefusal.self) { try JobCodec.call(fromPickle: PickleEncoder.encode(value, style: .compact)) }
    }

    @Test func `another function's job is foreign, whatever only Python could build in it`() throws {
        let payload = hex("8004 28 8c09") + Array("app.other".utf8) + hex("4e 63")
        do throws(JobRefusal) {
            _ = try JobCodec.call(fromPickle: payload)
            Issue.record("it was accepted")
        } catch {
            #expect(error == .foreignData(function: "app.other", .runsCode(opcode: "GLOBAL", offset: 15)))
            #expect(error.isForeign && "\(error)".contains("PULSE_UNKNOWN_JOBS"))
        }
        let ours = hex("8004 28 8c19") + Array("worker.index_document_job".utf8) + hex("4e 63")
        #expect(throws: JobRefusal.pickle(.runsCode(opcode: "GLOBAL", offset: 31))) {
            try JobCodec.call(fromPickle: ours)
        }
        #expect(!JobRefusal.arguments("none").isForeign)
    }

    @Test func `a field of the wrong type is named`() {
        #expect(throws: JobRefusal.arguments("the document's \"url\" is a int, not str or None")) {
            try payload("worker.index_document_job", [["url": .int(3)]])
        }
    }

    @Test func `the description is python's, cut at 75 characters`() {
        let call = JobCall(
            function: "f",
            arguments: [["url": .string("https://example.com/a"), "n": .int(1)], .string("it's \"x\"\n")])
        #expect(CallDescription.text(of: call) == #"f({'url': 'https://example.com/a', 'n': 1}, 'it\'s "x"\n')"#)
        let long = JobCall(function: "f", arguments: [.string(String(repeating: "a", count: 100))])
        #expect(CallDescription.text(of: long) == "f('\(String(repeating: "a", count: 74))...)")
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000000Z"), (1_795_467_813, 457_539, "2026-11-23T21:03:33.457539Z"),
        (951_782_400, 1, "2000-02-29T00:00:00.000001Z"), (4_107_542_399, 999_999, "2100-02-28T23:59:59.999999Z"),
    ])
    func `moments are written as RQ writes them`(seconds: Int, micro: Int, text: String) {
        #expect(Timestamp.text(seconds: seconds, microseconds: micro) == text)
    }
}
