import Indexing
import Reporting
import Settings

/// Posts one alert, and tries again while there is a point in it. Of the address only scheme and host are ever shown: the rest
/// is a key.
struct AlertPost {
    let url: ServiceURL
    let body: [UInt8]
    private let http = HTTPClient()

    /// Within the time that the supervisor gives, with some to spare for the last word.
    private static let patience = Duration.seconds(25)
    private static let oneAttempt = Duration.seconds(10)
    private static let answerLimit = 1 << 20

    init(to url: ServiceURL, _ body: [UInt8]) {
        self.url = url
        self.body = body
    }

    private var place: String { SanitizedURL(url.text).origin }

    /// - Returns: how it went, in one line.
    /// - Throws: ``ControlError`` that says why nobody was told.
    func send() async throws -> String {
        let start = ContinuousClock.now
        var failures = 0
        while true {
            let (answer, wait) = await attempt(within: Self.patience - (.now - start))
            switch answer {
            case .told:
                return "told \(place)" + (failures == 0 ? "" : ", at attempt \(failures + 1)")
            case .refused(let cause, let remedy):
                throw ControlError.refused("\(place): \(cause): nobody is told; PULSE_ALERT_WEBHOOK: \(remedy)")
            case .again(let cause):
                failures += 1
                guard
                    case .retry(let pause) = Self.policy.decide(
                        .overloaded(retryAfter: wait), attempt: failures, elapsed: .now - start,
                        luck: .random(in: 0..<1))
                else {
                    throw ControlError.undelivered(
                        "\(place): \(cause): nobody is told, after \(failures) \(failures == 1 ? "attempt" : "attempts")"
                            + "\(wait.map { " (it wants \($0.components.seconds) s of rest)" } ?? "")"
                            + "; see whether it can be reached from here, and PULSE_ALERT_WEBHOOK")
                }
                try await Task.sleep(for: pause)
            }
        }
    }

    private static let policy = RetryPolicy(
        base: .seconds(1), cap: .seconds(8), flowControlPatience: patience - .seconds(1))

    private func attempt(within left: Duration) async -> (WebhookAnswer, wait: Duration?) {
        do throws(HTTPFailure) {
            let response = try await http.send(
                HTTPRequest(
                    method: .post, url: url.text, headers: ["Content-Type: application/json"], body: body,
                    deadline: min(Self.oneAttempt, max(left, .seconds(1))), responseLimit: Self.answerLimit))
            return (
                WebhookAnswer(status: response.status, body: response.body, address: url.text), response.retryAfter
            )
        } catch {
            switch error {
            case .refused, .unreachable, .timedOut, .nameNotResolved, .reset, .cancelled:
                return (.again(cause: error.cause), nil)
            case .tls:
                return (.refused(cause: error.cause, remedy: "check its certificate, and this host's own list"), nil)
            case .tooLarge, .other:
                return (.refused(cause: error.cause, remedy: "what answers there speaks no HTTP as it should"), nil)
            }
        }
    }
}
