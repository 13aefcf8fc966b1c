@testable import Indexing

/// An embedding server with one device, as TEI works: an input takes a permit or its whole request is refused; inputs of
/// any requests wait in one line; the device takes as many as its token budget holds, and the next as soon as it is done.
/// Time is a number of seconds that the simulation sets.
struct ModelledDevice {
    struct Input {
        let request: Int
        let arrived: Double
    }

    struct Done {
        let request: Int
        let inputs: Int
        let signal: LoadSignal
    }

    static let permits = 512
    static let tokens = 200
    static let batchTokens = 16_384
    /// Inputs in a full device batch.
    static var full: Int { batchTokens / tokens }
    /// Inputs a second in full batches.
    static var capacity: Double { Double(full) / seconds(of: full) }
    static func seconds(of inputs: Int) -> Double { 0.005 + 0.0004 * Double(inputs) }

    var slowness = 1.0
    /// Batches that are made up while one runs, before it is known how many texts will have come by their turn: TEI makes
    /// up two, one on its way to the device and one behind it.
    var prefetched = 0
    var writesHeaders = true
    private(set) var line: [Input] = []
    private(set) var formed: [[Input]] = []
    private(set) var running: [Input] = []
    private var used = 0
    private var began = 0.0
    /// Inputs that are still out, and sums of times, by request.
    private var open: [Int: (inputs: Int, left: Int, queued: Double, computed: Double)] = [:]

    /// - Returns: false when there are not enough permits.
    mutating func accept(_ request: Int, inputs: Int, at now: Double) -> Bool {
        guard used + inputs <= Self.permits else { return false }
        used += inputs
        open[request] = (inputs, inputs, 0, 0)
        for _ in 0..<inputs { line.append(Input(request: request, arrived: now)) }
        form()
        return true
    }

    /// Inputs that no batch has begun with.
    var waiting: Int { line.count + formed.reduce(0) { $0 + $1.count } }

    private mutating func form() {
        while formed.count < max(1, prefetched), !line.isEmpty, prefetched > 0 || running.isEmpty {
            formed.append(Array(line.prefix(Self.full)))
            line.removeFirst(min(line.count, Self.full))
        }
    }

    /// - Returns: when the batch that begins now will be done; nil when there is none to begin.
    mutating func begin(at now: Double) -> Double? {
        form()
        guard running.isEmpty, !formed.isEmpty else { return nil }
        running = formed.removeFirst()
        form()
        began = now
        return now + Self.seconds(of: running.count) * slowness
    }

    /// - Returns: the requests that are complete with this batch.
    mutating func finish(at now: Double) -> [Done] {
        var done: [Done] = []
        used -= running.count
        for input in running {
            open[input.request]?.left -= 1
            open[input.request]?.queued += began - input.arrived
            open[input.request]?.computed += now - began
            guard let request = open[input.request], request.left == 0 else { continue }
            open[input.request] = nil
            done.append(Done(request: input.request, inputs: request.inputs, signal: signal(request)))
        }
        running = []
        return done
    }

    private func signal(_ request: (inputs: Int, left: Int, queued: Double, computed: Double)) -> LoadSignal {
        guard writesHeaders else { return LoadSignal() }
        func mean(_ sum: Double) -> String { "\(Int(sum / Double(request.inputs) * 1000))" }
        let headers = [
            "x-queue-time": mean(request.queued), "x-inference-time": mean(request.computed),
            "x-compute-tokens": "\(Self.tokens * request.inputs)",
        ]
        return LoadSignal { headers[$0] }
    }
}
