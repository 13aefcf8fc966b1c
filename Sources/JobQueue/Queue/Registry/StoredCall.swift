/// The call in a job's data, as far as it can be read.
struct StoredCall {
    /// Inflated data beyond this is not read to show a job.
    private static let limit = 16 << 20

    let call: Result<JobCall, JobRefusal>
    let payload: Result<JobPayload, JobRefusal>

    init(_ data: [UInt8]) {
        do throws(JobRefusal) {
            let read = try Self.call(in: data)
            call = .success(read)
            payload = Result { () throws(JobRefusal) in try JobCodec.payload(of: read) }
        } catch {
            call = .failure(error)
            payload = .failure(error)
        }
    }

    private static func call(in data: [UInt8]) throws(JobRefusal) -> JobCall {
        let bytes: [UInt8]
        do throws(CompressionError) {
            bytes = try Zlib.inflate(data, limit: limit)
        } catch {
            throw .compression(error)
        }
        return try JobSerializer.of(bytes).call(from: bytes)
    }
}
