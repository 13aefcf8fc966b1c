import Foundation
import Reporting
import Testing

@testable import JobQueue

extension EndToEnd {
    /// What keeps a user from his jobs, and how it is mended.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var words: String
        /// Of a user `bob` whose password is `right`.
        var rights: [String]
        var password = "right"
        var mend: [String]
    }

    static let refusals: [Refusal] = [
        Refusal(
            testDescription: "wrong password", words: "refused our user or password", rights: ["~*", "&*", "+@all"],
            password: "wrong", mend: [">wrong"]),
        Refusal(
            testDescription: "no right to a command", words: "'blmove'", rights: ["~*", "&*", "+@all", "-blmove"],
            mend: ["+blmove"]),
        Refusal(
            testDescription: "no right to a key", words: "does not let our user do this",
            rights: ["~pulse:*", "&*", "+@all"], mend: ["~*"]),
    ]

    @Suite struct RedisRefusals {
        @Test(arguments: EndToEnd.refusals)
        func `a user without a right is named all the time, asked rarely, and served once he has it`(refusal: Refusal)
            async throws
        {
            try await Product.with { product in
                _ = try await product.call("ACL", "SETUSER", "bob", "on", ">right")
                try await product.allow(refusal.rights)
                let url = "unix://bob:\(refusal.password)@\(product.server.socket)"
                let supervisor = try product.start(["PULSE_REDIS_URL": url, "PULSE_STARTUP": "wait"])
                try await supervisor.until("the refusal is named") {
                    let redis = await supervisor.document()?.services["redis"]
                    return redis?.state == .unhealthy && redis?.reason?.contains(refusal.words) == true
                }
                let before = try await product.refusals()
                #expect(before > 0, "the log counts")
                let end = ContinuousClock.now + .seconds(5)
                while .now < end {
                    let redis = await supervisor.document()?.services["redis"]
                    #expect(redis?.state == .unhealthy, "\(redis?.reason ?? "healthy")")
                    try await Task.sleep(for: .milliseconds(50))
                }
                let asked = try await product.refusals() - before
                print("EndToEnd: \(refusal.testDescription): \(asked) more refusals in Redis's ACL log within 5 s")
                #expect(asked <= 2, "no retry storm")
                #expect(!supervisor.log.contains("wrong@") && !supervisor.log.contains(":right"))
                let ids = try await product.enqueue(0..<2)
                try await product.allow(refusal.mend)
                try await product.untilFinished(ids, by: supervisor)
                try await supervisor.untilHealthy()
            }
        }
    }
}

extension Product {
    func allow(_ rights: [String]) async throws {
        let connection = RedisConnection(url: server.url, name: "test", timeout: .seconds(5))
        try await connection.call(RedisCommand(["ACL", "SETUSER", "bob"] + rights.map { .text($0) }))
        await connection.close()
    }

    /// How often Redis has refused something, by its own log.
    func refusals() async throws -> Int {
        let entries = try await call("ACL", "LOG", "128").array ?? []
        return entries.reduce(0) { sum, entry in
            let words = entry.array ?? []
            let place = words.firstIndex { $0.text == "count" }
            return sum + (place.flatMap { words[$0 + 1].integer } ?? 0)
        }
    }
}
