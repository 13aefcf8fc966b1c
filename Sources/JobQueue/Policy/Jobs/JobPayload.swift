/// The function call a job stands for: RQ pickles the tuple (function, instance, args, kwargs).
public struct JobCall: Equatable, Sendable {
    public var function: String
    public var arguments: [PickleValue]
    public var keywordArguments: [PickleValue.Entry]

    public init(function: String, arguments: [PickleValue], keywordArguments: [PickleValue.Entry] = []) {
        self.function = function
        self.arguments = arguments
        self.keywordArguments = keywordArguments
    }
}

/// What a job asks Pulse to do.
public enum JobPayload: Equatable, Sendable {
    /// Index these; a batch answers with a list of results in the same order, a single document with one result.
    case documents([DocumentFields], isBatch: Bool)

    var withoutText: JobPayload {
        guard case .documents(var documents, let isBatch) = self else { return self }
        for index in documents.indices { documents[index].markdown = nil }
        return .documents(documents, isBatch: isBatch)
    }
}
