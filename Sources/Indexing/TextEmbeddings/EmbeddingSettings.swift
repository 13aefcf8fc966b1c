/// How texts are to be embedded.
public struct EmbeddingSettings: Equatable, Sendable {
    /// The name of the model's prompt that is put before a document's chunks (TEI's `prompt_name`).
    public var prompt: String?
    /// The same for the words of a search.
    public var queryPrompt: String?
    /// How many dimensions to ask for, of a model that can give fewer than it has (Matryoshka); nil = all.
    public var dimensions: Int?
    /// The dimension that vectors must have; nil = whatever the model gives.
    public var expectedDimension: Int?

    public init(
        prompt: String? = nil, queryPrompt: String? = nil, dimensions: Int? = nil, expectedDimension: Int? = nil
    ) {
        self.prompt = prompt
        self.queryPrompt = queryPrompt
        self.dimensions = dimensions
        self.expectedDimension = expectedDimension
    }
}
