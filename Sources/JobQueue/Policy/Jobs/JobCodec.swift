/// Between RQ's payload tuple and what Pulse does with it.
public enum JobCodec {
    static let single: Set<String> = ["worker.index_document_job", "app.worker.index_document_job"]
    static let batch: Set<String> = ["worker.index_document_batch_job"]

    /// The functions Pulse stands in for, as producers spell them.
    public static let knownFunctions = [
        "worker.index_document_job", "app.worker.index_document_job", "worker.index_document_batch_job",
    ]

    /// Keys of a document that nobody reads.
    private static let unread: Set<String> = ["html", "rawHtml", "raw_html"]

    /// Reads inflated, pickled job data. `html` is left out without being decoded: it is the bulk of a document and never
    /// indexed.
    ///
    /// - Parameter withoutText: leaves out the documents' text in the same way.
    public static func call(fromPickle bytes: [UInt8], withoutText: Bool = false) throws(JobRefusal) -> JobCall {
        let skipped = withoutText ? unread.union(DocumentFields.textKeys) : unread
        let value: PickleValue
        do throws(PickleError) {
            value = try PickleDecoder(skippedKeys: skipped).decode(bytes)
        } catch {
            // Somebody else's work may well hold what only Python can build.
            if let function = functionName(inPickle: bytes), !knownFunctions.contains(function) {
                throw .foreignData(function: function, error)
            }
            throw .pickle(error)
        }
        guard case .tuple = value else { throw .shape("it is a \(value.typeName)") }
        return try call(from: value)
    }

    /// RQ's four parts: a tuple out of a pickle, a list out of JSON.
    static func call(from value: PickleValue) throws(JobRefusal) -> JobCall {
        let parts: [PickleValue]
        switch value {
        case .tuple(let items), .list(let items): parts = items
        case .none, .bool, .int, .double, .string, .bytes, .dict: throw .shape("it is a \(value.typeName)")
        }
        guard parts.count == 4 else { throw .shape("it has \(parts.count) parts") }
        guard case .string(let function) = parts[0] else { throw .shape("the function is a \(parts[0].typeName)") }
        guard parts[1] == .none else { throw .instance(function: function, type: parts[1].typeName) }
        guard case .dict(let keywords) = parts[3] else { throw .shape("kwargs is a \(parts[3].typeName)") }
        switch parts[2] {
        case .tuple(let arguments), .list(let arguments):
            return JobCall(function: function, arguments: arguments, keywordArguments: keywords)
        case .none, .bool, .int, .double, .string, .bytes, .dict: throw .shape("args is a \(parts[2].typeName)")
        }
    }

    /// The tuple's first part, which stands at the very beginning: PROTO, FRAME, MARK, then the text.
    private static func functionName(inPickle bytes: [UInt8]) -> String? {
        var rest = bytes.prefix(512)
        guard rest.popFirst() == 0x80, rest.popFirst() != nil else { return nil }
        if rest.first == 0x95 { rest = rest.dropFirst(9) }
        guard rest.popFirst() == 0x28 else { return nil }
        let count: Int
        switch rest.popFirst() {
        case 0x8c: count = Int(rest.popFirst() ?? 0)
        case 0x58:
            count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
        default: return nil
        }
        guard rest.count >= count else { return nil }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    /// What a call asks for. `callbacks` are the names RQ stored beside it.
    public static func payload(of call: JobCall, callbacks: [String] = []) throws(JobRefusal) -> JobPayload {
        let isBatch = batch.contains(call.function)
        guard isBatch || single.contains(call.function) else { throw .unknownFunction(call.function) }
        guard callbacks.isEmpty else { throw .callbacks(function: call.function, names: callbacks) }
        let argument = try onlyArgument(of: call, named: isBatch ? ["documents"] : ["document", "document_dict"])
        if !isBatch { return .documents([try document(argument)], isBatch: false) }
        let items: [PickleValue]
        switch argument {
        case .list(let values), .tuple(let values): items = values
        case .none, .bool, .int, .double, .string, .bytes, .dict:
            throw .arguments("\(call.function) takes a list of documents, not a \(argument.typeName)")
        }
        var documents: [DocumentFields] = []
        for item in items { documents.append(try document(item)) }
        return .documents(documents, isBatch: true)
    }

    /// The bytes a producer pickles, as Python would write them.
    public static func encode(_ call: JobCall) -> [UInt8] {
        PickleEncoder.encode(
            .tuple([.string(call.function), .none, .tuple(call.arguments), .dict(call.keywordArguments)]),
            style: .pythonic)
    }

    private static func onlyArgument(of call: JobCall, named names: [String]) throws(JobRefusal) -> PickleValue {
        switch (call.arguments.count, call.keywordArguments.count) {
        case (1, 0): return call.arguments[0]
        case (0, 1) where names.contains(call.keywordArguments[0].key): return call.keywordArguments[0].value
        case (let positional, _):
            let keys = call.keywordArguments.prefix(8).map { JobRefusal.quoted($0.key) }.joined(separator: ", ")
            throw .arguments(
                "\(call.function) takes one argument, \(names[0]); here are \(positional) positional and [\(keys)] by name"
            )
        }
    }

    private static func document(_ value: PickleValue) throws(JobRefusal) -> DocumentFields {
        guard case .dict(let entries) = value else { throw .arguments("a document is a dict, not a \(value.typeName)") }
        return try DocumentFields(entries)
    }
}
