/// A result as RQ stores it in a stream: base64 around a pickled value, or around a deflated text.
enum StoredResult {
    /// A traceback beyond this is not read.
    private static let limit = 1 << 20

    /// Reads one entry of a stream.
    static func read(_ entry: RedisReply) -> JobResult? {
        guard let (id, fields) = fields(of: entry) else { return nil }
        let number = Int(String(decoding: fields["type"] ?? [], as: UTF8.self))
        return JobResult(
            at: JobResult.moment(ofEntry: id), kind: number.flatMap(JobResult.Kind.init),
            worker: String(decoding: fields["worker_name"] ?? [], as: UTF8.self), text: text(fields))
    }

    /// The value that the function returned; nil when it returned None, or what only Python can read.
    static func value(_ entry: RedisReply) -> PickleValue? {
        guard let (_, fields) = fields(of: entry), let stored = fields["return_value"] else { return nil }
        return Base64.decode(stored).flatMap(ReturnedValue.value)
    }

    private static func fields(of entry: RedisReply) -> (id: String, fields: [String: [UInt8]])? {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].text, let flat = parts[1].array else {
            return nil
        }
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: flat.count - 1, by: 2) {
            guard let name = flat[index].text, case .bytes(let value) = flat[index + 1] else { continue }
            fields[name] = value
        }
        return (id, fields)
    }

    private static func text(_ fields: [String: [UInt8]]) -> String {
        if let stored = fields["exc_string"] {
            guard let bytes = Base64.decode(stored) else { return "(its text is no base64)" }
            do {
                return String(decoding: try Zlib.inflate(bytes, limit: limit), as: UTF8.self)
            } catch {
                return "(its text cannot be read: \(error))"
            }
        }
        guard let stored = fields["return_value"] else { return "" }
        return Base64.decode(stored).map(ReturnedValue.text) ?? "(its value is no base64)"
    }
}
