internal import BackgroundWork

/// What is kept of a large job.
struct LargeJob: Sendable {
    /// Names of the functions that RQ would call when the job ends.
    let callbacks: [String]
    /// nil: still in Redis.
    var data: JobData?
}

/// Reads the data of large jobs, one after the other in the background: tens of milliseconds on a thread of the cooperative
/// pool would be that for every job at work, and the bytes of two at once are twice the memory.
enum LargeJobs {
    /// Data that inflates beyond it is large; what is not costs less than a millisecond.
    static let smallest = 256 << 10

    private static let thread = BackgroundThread()

    static func read(_ data: JobData, withoutText: Bool) async -> JobData.Reading {
        await thread.value { data.read(withoutText: withoutText) }
    }
}
