/// Between RQ's payload tuple and what Pulse does with it.
public enum JobCodec {
    static let single: Set<String> = ["worker.index_document_job", "app.worker.index_document_job"]
    static let batch: Set<String> = ["worker.index_document_batch_job"]

    /// The functions Pulse stands in for, as producers spell them.
    public static let knownFunctions = [
        "worker.index_document_job", "app.worker.index_document_job", "worker.index_document_batch_job",
    ]

    /// Reads inflated job data. `html` is left out without being decoded: it is the bulk of a document and never indexed.
    public static func call(from bytes: [UInt8]) throws(JobRefusal) -> JobCall {
        if bytes.first == UInt8(ascii: "[") { throw .serializer("JSONSerializer") }
        let value: PickleValue
        do {
            value = try PickleDecoder(skippedKeys: ["html", "rawHtml", "raw_html"]).decode(bytes)
        } catch {
            throw .pickle(error)
        }
        guard case .tuple(let parts) = value, parts.count == 4 else { throw .shape("it is a \(value.typeName)") }
        guard case .string(let function) = parts[0] else { throw .shape("the function is a \(parts[0].typeName)") }
        guard parts[1] == .none else { throw .instance(function: function, type: parts[1].typeName) }
        guard case .dict(let keywords) = parts[3] else { throw .shape("kwargs is a \(parts[3].typeName)") }
        switch parts[2] {
        case .tuple(let arguments), .list(let arguments):
            return JobCall(function: function, arguments: arguments, keywordArguments: keywords)
        case .none, .bool, .int, .double, .string, .bytes, .dict: throw .shape("args is a \(parts[2].typeName)")
        }
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
