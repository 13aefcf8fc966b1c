import SeededRandom

@testable import Indexing

/// Workers on one modelled device, event by event, without a clock.
struct EmbeddingSimulation {
    struct Worker {
        var queue = EmbedQueue()
        var pace = EndpointPace(
            ServerLimits(
                maxBatchTokens: ModelledDevice.batchTokens, maxClientBatchSize: 32,
                maxConcurrentRequests: ModelledDevice.permits))
        /// Texts missing, by call.
        var calls: [Int: Int] = [:]
        var embedded = 0
    }

    private enum Event {
        case arrive(request: Int)
        case batchDone
        case answer(request: Int, LoadSignal?)
        case pump(worker: Int)
        case open(worker: Int)
    }

    private struct Request {
        let worker: Int
        let items: [EmbedQueue.Item]
        let ticket: EndpointPace.Ticket
    }

    /// From a worker to the server or back, in seconds.
    static let trip = 0.0003

    var workers: [Worker]
    var device = ModelledDevice()
    /// Texts in a document's wave.
    var wave = 128...128
    /// Whether the server refuses what arrives at this moment.
    var refuses: (Double, inout SeededRandom) -> Bool = { _, _ in false }
    var slowness: (Double) -> Double = { _ in 1 }
    /// Between a wave's answer and the document's next one.
    var pause = 0.0

    private(set) var now = 0.0
    private(set) var gaveUp = 0
    private(set) var refused = 0
    /// Inputs waiting whenever a device batch has begun.
    private(set) var deepest = 0
    private var events: [(time: Double, number: Int, event: Event)] = []
    private var requests: [Int: Request] = [:]
    private var number = 0
    private var random: SeededRandom

    init(workers count: Int, seed: UInt64 = 1, jobs: Int) {
        workers = Array(repeating: Worker(), count: count)
        random = SeededRandom(seed: seed)
        for worker in workers.indices {
            for _ in 0..<jobs { schedule(.open(worker: worker), in: Double.random(in: 0..<0.01, using: &random)) }
        }
    }

    var embedded: Int { workers.reduce(0) { $0 + $1.embedded } }

    /// - Returns: inputs embedded meanwhile, by worker.
    mutating func run(until end: Double) -> [Int] {
        let before = workers.map(\.embedded)
        deepest = 0
        while let next = events.indices.min(by: {
            (events[$0].time, events[$0].number) < (events[$1].time, events[$1].number)
        }),
            events[next].time <= end
        {
            let event = events.remove(at: next)
            now = event.time
            handle(event.event)
        }
        now = end
        return zip(workers, before).map { $0.embedded - $1 }
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .arrive(let id): arrive(id)
        case .batchDone:
            for done in device.finish(at: now) { schedule(.answer(request: done.request, done.signal), in: Self.trip) }
            begin()
        case .answer(let id, let signal): answer(id, signal)
        case .pump(let worker): pump(worker)
        case .open(let worker):
            number += 1
            let texts = Int.random(in: wave, using: &random)
            workers[worker].calls[number] = texts
            workers[worker].queue.add(
                (0..<texts).map {
                    EmbedQueue.Item(call: number, index: $0, bytes: Int.random(in: 700...1100, using: &random))
                })
            pump(worker)
        }
    }

    private mutating func arrive(_ id: Int) {
        guard let request = requests[id] else { return }
        if !refuses(now, &random), device.accept(id, inputs: request.items.count, at: now) {
            begin()
        } else {
            refused += 1
            schedule(.answer(request: id, nil), in: Self.trip)
        }
    }

    private mutating func begin() {
        device.slowness = slowness(now)
        guard let end = device.begin(at: now) else { return }
        deepest = max(deepest, device.waiting)
        schedule(.batchDone, in: end - now)
    }

    private mutating func answer(_ id: Int, _ signal: LoadSignal?) {
        guard let request = requests.removeValue(forKey: id) else { return }
        let worker = request.worker
        if let signal {
            workers[worker].pace.answered(request.ticket, signal)
            workers[worker].embedded += request.items.count
            for item in request.items {
                workers[worker].calls[item.call, default: 0] -= 1
                guard workers[worker].calls[item.call] == 0 else { continue }
                workers[worker].calls[item.call] = nil
                schedule(.open(worker: worker), in: pause)
            }
        } else {
            let decision = workers[worker].pace.failed(
                request.ticket, .overloaded(retryAfter: nil), attempts: nil, RetryPolicy(), now: .seconds(now),
                luck: Double.random(in: 0..<1, using: &random))
            for (_, items) in Dictionary(grouping: request.items, by: \.call).sorted(by: { $0.key < $1.key }) {
                workers[worker].queue.add(items)
            }
            switch decision {
            case .retry(let wait): schedule(.pump(worker: worker), in: wait / .seconds(1) + 1e-6)
            case .giveUp: gaveUp += 1
            }
        }
        pump(worker)
    }

    private mutating func pump(_ worker: Int) {
        while true {
            let waiting = workers[worker].queue.count
            let allowance = workers[worker].pace.allowance(waiting: waiting, now: .seconds(now))
            guard allowance > 0 else { return }
            let items = workers[worker].queue.take(inputs: allowance, bytes: workers[worker].pace.batch.bytes)
            let ticket = workers[worker].pace.sent(inputs: items.count, bytes: items.reduce(0) { $0 + $1.bytes })
            number += 1
            requests[number] = Request(worker: worker, items: items, ticket: ticket)
            schedule(.arrive(request: number), in: Self.trip)
        }
    }

    private mutating func schedule(_ event: Event, in seconds: Double) {
        number += 1
        events.append((now + seconds, number, event))
    }
}
