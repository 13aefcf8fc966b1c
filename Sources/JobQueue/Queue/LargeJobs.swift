/// Reads the data of large jobs, one after the other on a thread of their own: tens of milliseconds on a thread of the
/// cooperative pool would be that for every job at work, and the bytes of two at once are twice the memory.
actor LargeJobs {
    static let reader = LargeJobs()
    /// Data that inflates beyond it is large; what is not costs less than a millisecond.
    static let smallest = 256 << 10

    private let executor = DispatchQueueExecutor(label: "pulse.large-jobs")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func read(_ data: JobData, withoutText: Bool) -> JobData.Reading { data.read(withoutText: withoutText) }
}
