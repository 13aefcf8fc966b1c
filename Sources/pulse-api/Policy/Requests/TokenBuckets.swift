/// How often each address may ask: a bucket that holds a minute's requests and fills up evenly.
struct TokenBuckets: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: Double
    }

    private let perMinute: Double
    private let most: Int
    private var buckets: [String: Bucket] = [:]

    /// - Parameter most: addresses that are remembered. Beyond that those that have been quiet longest are forgotten: they
    ///   come back with a full bucket, so a crowd is let through sooner than one that asks too often.
    init(perMinute: Int, most: Int = 10_000) {
        self.perMinute = Double(perMinute)
        self.most = most
    }

    /// Takes a token.
    ///
    /// - Parameter now: seconds of any clock that never goes back.
    /// - Returns: nil, or after how many seconds there will be one.
    mutating func take(for address: String, now: Double) -> Double? {
        var bucket = buckets[address] ?? Bucket(tokens: perMinute, at: now)
        bucket.tokens = min(perMinute, bucket.tokens + (now - bucket.at) * perMinute / 60)
        bucket.at = now
        let wait = bucket.tokens >= 1 ? nil : (1 - bucket.tokens) * 60 / perMinute
        if wait == nil { bucket.tokens -= 1 }
        if buckets[address] == nil, buckets.count >= most { forget(now: now) }
        buckets[address] = bucket
        return wait
    }

    var count: Int { buckets.count }

    /// A quarter goes at once, so that the next thousands need no search.
    private mutating func forget(now: Double) {
        let times = buckets.values.map(\.at).sorted()
        let limit = times[min(times.count - 1, most / 4)]
        buckets = buckets.filter { $0.value.at > limit }
    }
}
