/// Puts jobs on queues for many senders at once, each of whom hears that his are there, or that they are not.
///
/// Whoever comes while an exchange is under way goes together with the others in the next one. When Redis goes away, what has
/// not been confirmed is held and sent again, the same jobs by the same ids, until its sender's patience is over.
///
/// Always by the script that adds only what is absent, never by MULTI: the first try may have been taken although its reply
/// was lost, and a frozen Redis may even run it after the second, which came by another connection.
public actor JobIntake {
    /// One sender's jobs, and where he waits.
    private struct Delivery {
        /// What the script is called with.
        let arguments: [RedisCommand.Argument]
        let answer: CheckedContinuation<Result<Void, IntakeFailure>, Never>
    }

    private let connection: RedisConnection
    private let keyPrefix: String
    private let patience: Duration
    private let told: @Sendable (RedisError?) -> Void
    private var waiting: WaitingLine<Delivery>
    private var isSending = false
    private var isReaping = false
    private var lastError: RedisError?
    /// The last exchange came to nothing.
    private var isAway = false
    /// Of the exchange under way.
    private var sentAt: ContinuousClock.Instant?
    private var backoff = ReconnectBackoff()

    /// Deliveries that wait for Redis to come back.
    public var held: Int { waiting.held }
    /// Why Redis, although it answers, did not take the last delivery; nil = it did.
    private var lastRefusal: (error: RedisError, at: ContinuousClock.Instant)?

    /// The same, unless it is older than that.
    public func refusal(within age: Duration) -> RedisError? {
        lastRefusal.flatMap { $0.at.duration(to: .now) <= age ? $0.error : nil }
    }

    /// One exchange holds at most so many, and so many bytes.
    private static let mostAtOnce = (deliveries: 128, bytes: 2 << 20)

    /// - Parameters:
    ///   - timeout: of one exchange with Redis.
    ///   - patience: how long Redis may be away before a sender is told so.
    ///   - room: bytes that may wait in all; one delivery is always taken.
    ///   - mostWaiting: deliveries that may wait while Redis is away. Each keeps its sender's connection: were there no
    ///     end, nobody could ask any more how things stand.
    ///   - told: hears of each exchange whether it came to an answer.
    public init(
        url: RedisURL, keyPrefix: String = "rq", timeout: Duration = .seconds(2), patience: Duration = .seconds(8),
        room: Int = 32 << 20, mostWaiting: Int = .max, told: @escaping @Sendable (RedisError?) -> Void = { _ in }
    ) {
        connection = RedisConnection(url: url, name: "pulse-api", timeout: timeout)
        self.keyPrefix = keyPrefix
        self.patience = patience
        waiting = WaitingLine(room: room, most: mostWaiting)
        self.told = told
    }

    public func close() async { await connection.close() }

    /// Returns when all of the jobs are in their queue.
    ///
    /// - Parameter jobs: of one queue; all are added in one step, or none.
    public func enqueue(_ jobs: [NewJob]) async throws(IntakeFailure) {
        guard let queue = jobs.first?.queue else { return }
        let size = jobs.reduce(0) { $0 + $1.size }
        guard waiting.hasRoom(for: size, isMoving: isMoving) else { throw .full }
        let arguments = Self.arguments(for: jobs, queue, keyPrefix)
        let outcome = await withCheckedContinuation { answer in
            waiting.add(Delivery(arguments: arguments, answer: answer), size: size, until: .now + patience)
            work()
        }
        try outcome.get()
    }

    /// Jobs that wait in these queues: also the question whether Redis is there.
    public func lengths(of queues: [String]) async throws(RedisError) -> Int {
        do throws(RedisError) {
            let replies = try await connection.pipeline(queues.map { ["LLEN", "\(keyPrefix):queue:\($0)"] })
            for case .error(let text) in replies { throw RedisError(.replyError(text), url: connection.address) }
            told(nil)
            return replies.reduce(0) { $0 + ($1.integer ?? 0) }
        } catch {
            told(error)
            throw error
        }
    }

    private static func arguments(
        for jobs: [NewJob], _ queue: String, _ prefix: String
    ) -> [RedisCommand.Argument] {
        jobs.reduce(into: ["\(prefix)", "\(queue)"]) { arguments, job in
            arguments += ["\(job.id)", "\(job.fields.count)"]
            arguments += job.fields
        }
    }

    /// The script is short: sent whole each time it needs no second round trip to a server that does not know it.
    private static func command(_ arguments: [RedisCommand.Argument], wasSent: Bool) -> RedisCommand {
        let head = wasSent ? PackageResources.enqueue_again_lua : Array("local again\n".utf8)
        return RedisCommand(["EVAL", .bytes(head + PackageResources.enqueue_lua), "0"] + arguments)
    }

    /// An exchange takes milliseconds; one that takes longer than this may never come to an answer.
    private static let longest = Duration.milliseconds(500)

    private var isMoving: Bool {
        !isAway && sentAt.map { $0.duration(to: .now) < Self.longest } ?? true
    }

    private func work() {
        if !isSending {
            isSending = true
            Task { await sendAll() }
        }
        if !isReaping {
            isReaping = true
            Task { await reap() }
        }
    }

    private func sendAll() async {
        while true {
            let batch = waiting.take(Self.mostAtOnce.deliveries, bytes: Self.mostAtOnce.bytes)
            if batch.isEmpty { break }
            lastError = nil
            sentAt = .now
            do throws(RedisError) {
                let commands = batch.map { Self.command($0.sender.arguments, wasSent: $0.wasHeld) }
                let replies = try await connection.pipeline(commands)
                backoff.succeeded()
                settle(batch.map(\.number), replies)
            } catch {
                hold(batch.map(\.number), error)
            }
            (sentAt, isAway) = (nil, lastError != nil)
            told(lastError)
            if let lastError {
                try? await Task.sleep(for: backoff.pause(after: lastError.cause, fraction: .random(in: 0..<1)))
            }
        }
        isSending = false
    }

    private func settle(_ numbers: [Int], _ replies: [RedisReply]) {
        for (number, reply) in zip(numbers, replies) {
            guard case .error(let text) = reply else {
                waiting.remove(number)?.answer.resume(returning: .success(()))
                lastRefusal = nil
                continue
            }
            let error = RedisError(.replyError(text), url: connection.address)
            // A replica, or a server that still loads, will be a master soon or is not the one to ask.
            if error.isSilence || error.cause.wantsAnotherServer {
                hold([number], error)
            } else {
                waiting.remove(number)?.answer.resume(returning: .failure(.refused(error)))
                lastRefusal = (error, .now)
            }
        }
    }

    private func hold(_ numbers: [Int], _ error: RedisError) {
        lastError = error
        waiting.hold(numbers)
    }

    /// Answers whose patience is over, whatever the sending waits for.
    private func reap() async {
        while let first = waiting.firstDeadline {
            try? await Task.sleep(until: first, clock: .continuous)
            let error =
                lastError ?? RedisError(.timedOut(seconds: Int(patience.components.seconds)), url: connection.address)
            for delivery in waiting.removeOverdue(at: .now) {
                delivery.answer.resume(returning: .failure(.unavailable(error)))
            }
        }
        isReaping = false
    }
}
