/// A job's `data` as it lies in Redis: the call, serialized and deflated.
struct JobData: Sendable {
    let bytes: [UInt8]
    /// Names of the functions that RQ would call when the job ends.
    let callbacks: [String]

    /// What could be read of it.
    struct Reading: Sendable {
        /// nil when not even that could be read.
        var function: String?
        var serializer = JobSerializer.pickle
        /// Bytes of the data, inflated.
        var size = 0
        var payload: Result<JobPayload, JobRefusal>
    }

    /// Inflates and decodes.
    ///
    /// - Parameters:
    ///   - limit: data that inflates beyond it is refused with `CompressionError.bomb`.
    ///   - withoutText: leaves out the documents' text.
    func read(limit: Int = Zlib.inflatedLimit, withoutText: Bool = false) -> Reading {
        var reading = Reading(payload: .success(.documents([], isBatch: false)))
        do throws(JobRefusal) {
            let inflated = try inflate(limit)
            reading.size = inflated.count
            reading.serializer = .of(inflated)
            let call = try reading.serializer.call(from: inflated, withoutText: withoutText)
            reading.function = call.function
            let payload = try JobCodec.payload(of: call, callbacks: callbacks)
            reading.payload = .success(withoutText ? payload.withoutText : payload)
        } catch {
            reading.payload = .failure(error)
        }
        return reading
    }

    private func inflate(_ limit: Int) throws(JobRefusal) -> [UInt8] {
        do throws(CompressionError) {
            return try Zlib.inflate(bytes, limit: limit)
        } catch {
            throw .compression(error)
        }
    }
}
