/// How many inputs may be at one embedding server at once. The unit is the input, not the request, because that is what
/// the server counts.
///
/// A refusal cuts the limit at once (additive increase, multiplicative decrease: Chiu and Jain, 1989). An answer that
/// tells how long its inputs queued steers it more finely. Queue time over inference time is the number of device
/// batches that stood before ours. TEI makes up two batches ahead of the one that runs, out of whatever waits: up to three
/// batches before ours may all be half empty, and only beyond is it certain that they are full. Below that the limit
/// grows in proportion to what is missing, above it it shrinks, and a small constant is always added. That constant is what
/// makes many workers on one server equal: each settles where its constant balances its own share of the shrinking,
/// which is the same place for all.
struct ConcurrencyLimiter: Equatable {
    /// Queue time over inference time that is aimed at.
    static let target = 2.95
    /// Growth for a round of answers, as a share of the limit, for each batch that is missing; and shrinking likewise.
    static let (growth, shrinking) = (0.2, 0.2)
    /// The most that a round may take away. A server that was slow a moment ago has long queue times beside short
    /// inference times for one more round; no more than this is lost by believing them.
    static let steepest = 0.25
    /// What every round adds, in inputs.
    static let constant = 2.0

    private(set) var limit: Double
    private(set) var inFlight = 0
    private(set) var ceiling: Int
    /// What a round adds when the server tells no times, in inputs.
    let step: Int
    /// Below this the limit doubles in a round, as TCP's slow start does: it was good before a refusal.
    private var threshold: Double
    private var refusedLast = false

    init(start: Int, ceiling: Int, step: Int) {
        self.ceiling = max(1, ceiling)
        self.step = max(1, step)
        limit = Double(max(1, min(start, ceiling)))
        threshold = 0
    }

    /// How many of `wanted` inputs may go now. Less than wanted is granted when the whole limit is smaller, so that many
    /// workers on one small server still move; otherwise a request waits for room for all of it.
    func room(for wanted: Int) -> Int {
        let granted = min(wanted, Int(limit))
        return granted > 0 && (inFlight + granted <= Int(limit) || inFlight == 0) ? granted : 0
    }

    var free: Int { Int(limit) - inFlight }

    mutating func sent(_ inputs: Int) { inFlight += inputs }

    /// - Parameter pressure: queue time over inference time; nil = the server does not tell.
    mutating func succeeded(_ inputs: Int, pressure: Double?) {
        // A limit that nobody comes up against says nothing, and must not grow for it.
        let wasFull = inFlight + max(step, inputs) > Int(limit)
        inFlight -= inputs
        refusedLast = false
        let change = roundChange(pressure)
        guard wasFull || change < 0 else { return }
        limit = max(1, min(Double(ceiling), limit + change * min(1, Double(inputs) / limit)))
    }

    /// Permits were exhausted: less by a third, and by half when nothing got through since the last time.
    ///
    /// - Parameter isNew: false for a request that was sent before the last cut: one shortage cuts once.
    mutating func overloaded(_ inputs: Int, isNew: Bool) {
        inFlight -= inputs
        guard isNew else { return }
        if !refusedLast { threshold = max(threshold, limit * 0.7) }
        limit = max(1, limit * (refusedLast ? 0.5 : 0.7))
        refusedLast = true
    }

    /// The request failed for a reason that says nothing about load.
    mutating func abandoned(_ inputs: Int) { inFlight -= inputs }

    mutating func bound(by ceiling: Int) {
        self.ceiling = max(1, ceiling)
        limit = min(limit, Double(self.ceiling))
        // Beyond the ceiling it would never be reached, and the doubling never end.
        threshold = min(threshold, Double(self.ceiling))
    }

    private mutating func roundChange(_ pressure: Double?) -> Double {
        let missing = pressure.map { Self.target - $0 }
        if limit >= threshold || (missing ?? 0) < 0 { threshold = 0 }
        if limit < threshold { return limit }
        guard let missing else { return Double(step) }
        let share = missing > 0 ? missing * Self.growth : max(missing * Self.shrinking, -Self.steepest)
        return Self.constant + share * limit
    }
}
