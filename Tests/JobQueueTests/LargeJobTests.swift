import Testing

@testable import JobQueue

@Suite struct `Large jobs` {
    private static let text = String(repeating: "A sentence of a long document. ", count: 20_000)

    @Test(arguments: [JobSerializer.pickle, .json])
    func `a large job is claimed without its text, which it has when it is read`(serializer: JobSerializer) async throws
    {
        let claimed = try await Self.claimed(Self.text, serializer)
        #expect(claimed.isLarge && claimed.isUnread)
        let job = await claimed.opened(try #require(claimed.large?.data))
        #expect(
            job.isLarge && !job.isUnread && job.serializer == serializer && job.function == "worker.index_document_job")
        #expect(job.inflatedSize > Self.text.utf8.count)
        #expect(try job.payload.get() == Self.payload(nil))
        #expect(try await job.read().get() == Self.payload(Self.text))
    }

    @Test(arguments: [JobSerializer.pickle, .json])
    func `a small job has all at once`(serializer: JobSerializer) async throws {
        let job = try await Self.claimed("short", serializer)
        #expect(!job.isLarge)
        #expect(try job.payload.get() == Self.payload("short"))
        #expect(try await job.read().get() == Self.payload("short"))
    }

    @Test func `large data that is damaged is refused when it is opened`() async throws {
        let whole = try Self.data(Self.text, .pickle)
        let job = try await Self.opened(Array(whole.dropLast(8)))
        guard case .failure(.compression) = job.payload else { return #expect(Bool(false), "\(job.payload)") }
        #expect(!job.isLarge)
    }

    @Test func `a large job of a stranger's function keeps its name`() async throws {
        let call = JobCall(function: "shop.resize", arguments: [.string(Self.text)])
        let job = try await Self.opened(try Zlib.deflate(JobCodec.encode(call)))
        #expect(job.function == "shop.resize" && !job.isLarge)
        guard case .failure(let refusal) = job.payload else { return #expect(Bool(false)) }
        #expect(refusal.isForeign)
    }

    private static let url = "https://example.org/large"

    private static func payload(_ markdown: String?) -> JobPayload {
        .documents([DocumentFields(url: url, markdown: markdown)], isBatch: false)
    }

    private static func claimed(_ markdown: String, _ serializer: JobSerializer) async throws -> ClaimedJob {
        try await #require(raw(try data(markdown, serializer))).decoded()
    }

    private static func data(_ markdown: String, _ serializer: JobSerializer) throws -> [UInt8] {
        let document: PickleValue = ["url": .string(url), "markdown": .string(markdown)]
        let function = PickleValue.string("worker.index_document_job")
        switch serializer {
        case .pickle:
            return try Zlib.deflate(serializer.encode(.tuple([function, .none, .tuple([document]), .dict([])])))
        case .json: return try Zlib.deflate(serializer.encode(.list([function, .none, .list([document]), .dict([])])))
        }
    }

    private static func opened(_ data: [UInt8]) async throws -> ClaimedJob {
        let claimed = try await #require(raw(data)).decoded()
        return await claimed.opened(try #require(claimed.large?.data))
    }

    private static func raw(_ data: [UInt8]) -> RawJob? {
        let fields = [.bytes(data)] + Array(repeating: RedisReply.status(""), count: 10)
        return RawJob(
            .array([
                .status("id"), .status("execution"), .status("r"), .status("indexing"), .integer(data.count),
                .array(fields),
            ]))
    }
}
