import Reporting
import ServiceWatching
import Settings
import SupervisedProcess

/// Before the first claim: do Redis, TEI and Qdrant answer?
struct StartupCheck {
    enum Outcome: Equatable {
        /// All three serve.
        case serving
        /// Something is away, and the policy is to wait for it.
        case waiting
        /// Something is away, and the policy is to say so and leave.
        case failed
        case stopped
    }

    let policy: Settings.StartupPolicy
    let timeout: Duration
    let keeper: RedisKeeper
    let probes: ServiceProbes
    let services: ServiceWatch
    let reporter: Reporter
    let stop: StopRequest
    let bell: Bell

    private static let pause = Duration.milliseconds(500)

    func run() async -> Outcome {
        let deadline = ContinuousClock.now + timeout
        reporter.report(.starting)
        while true {
            if stop.reason != nil { return .stopped }
            // Redis by itself: a dead predecessor's jobs do not wait for TEI's time-out.
            async let redis = keeper.turn()
            await checkAll(until: policy == .fail ? deadline : nil)
            _ = await redis
            // Qdrant's check asks for the dimension, which is known only once TEI has answered.
            if services.allHealthy { await checkAll(until: policy == .fail ? deadline : nil) }
            if stop.reason != nil { return .stopped }
            if services.allHealthy { return .serving }
            if policy == .wait { return .waiting }
            reporter.report(.starting)
            if .now >= deadline { return .failed }
            await bell.wait(upTo: min(Self.pause, ContinuousClock.now.duration(to: deadline)))
        }
    }

    /// A check of a server that others keep busy takes its time: neither a stop nor the deadline waits for it.
    private func checkAll(until deadline: ContinuousClock.Instant?) async {
        let isOver = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await probes.checkAll()
                isOver.set()
                bell.ring()
            }
            while !isOver.isSet, stop.reason == nil, deadline.map({ .now < $0 }) ?? true {
                await bell.wait(upTo: Self.pause)
            }
            group.cancelAll()
        }
    }
}
