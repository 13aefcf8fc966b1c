internal import FoundationEssentials

/// How a job's arguments and result are written: RQ's `DefaultSerializer` (pickle) or its `JSONSerializer`. A producer
/// chooses; the answer is given in the same way.
public enum JobSerializer: Equatable, Sendable {
    case pickle
    case json

    /// A pickle of any protocol since 2 begins with 0x80; RQ's JSON is an array of four.
    static func of(_ bytes: [UInt8]) -> JobSerializer { bytes.first == UInt8(ascii: "[") ? .json : .pickle }

    /// Reads inflated job data.
    ///
    /// - Parameter withoutText: leaves out the documents' text where that saves work.
    func call(from bytes: [UInt8], withoutText: Bool = false) throws(JobRefusal) -> JobCall {
        switch self {
        case .pickle: return try JobCodec.call(fromPickle: bytes, withoutText: withoutText)
        case .json:
            do throws(JSONBounds.Excess) {
                try JSONBounds.check(bytes)
            } catch {
                throw .json("\(error)")
            }
            let value: PickleValue
            do {
                value = try JSONDecoder().decode(PickleValue.self, from: Data(bytes))
            } catch {
                throw .json(Self.reason(error))
            }
            return try JobCodec.call(from: value)
        }
    }

    /// Writes a result.
    func encode(_ value: PickleValue) -> [UInt8] {
        switch self {
        case .pickle: return PickleEncoder.encode(value, style: .compact)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
            // It fails for nothing that a value can hold.
            return (try? encoder.encode(value)).map { Array($0) } ?? Array("null".utf8)
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "it is not JSON" }
        return JobRefusal.quoted(context.debugDescription)
    }
}
