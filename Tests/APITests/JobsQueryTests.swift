import Testing

@testable import pulse_api

@Suite struct `What jobs are asked for` {
    @Test func `without a word the newest failed ones`() {
        #expect(JobsQuery.read([:]) == .success(JobsQuery(state: "failed", limit: 20)))
    }

    @Test(arguments: [("queued", 1), ("finished", 200), ("started", 20)])
    func `each state, and as many as are asked for`(_ state: String, _ limit: Int) {
        let query = ["state": state, "limit": String(limit), "unknown": "x"]
        #expect(JobsQuery.read(query) == .success(JobsQuery(state: state, limit: limit)))
    }

    @Test(arguments: ["", "Failed", "failed ", "stopped", "failed,queued"])
    func `refuses what is no state`(_ state: String) throws {
        let invalid = try #require(failure(["state": state]))
        #expect(invalid.json["detail"].map { "\($0.bytes)" } != nil)
        #expect(String(decoding: invalid.json.bytes, as: UTF8.self).contains(#""loc":["query","state"]"#))
    }

    @Test(arguments: ["0", "201", "-1", "", "1.0", "x", "99999999999999999999", "0x10"])
    func `refuses limits out of bounds`(_ limit: String) throws {
        let invalid = try #require(failure(["limit": limit]))
        #expect(invalid.problems.map(\.source) == ["query"])
    }

    @Test func `tells all that is wrong`() throws {
        #expect(try #require(failure(["state": "x", "limit": "x"])).problems.count == 2)
    }

    private func failure(_ query: [String: String]) -> Invalid? {
        guard case .failure(let invalid) = JobsQuery.read(query) else { return nil }
        return invalid
    }
}
