/// The fingerprint of everything that decides what a document's points are. Equal fingerprints: nothing to embed.
enum ContentHash {
    struct Recipe: Equatable, Sendable {
        var modelID: String
        var modelSHA: String?
        var prompt: String?
        var dimension: Int
        var chunkBudget: Int
        var chunkOverlap: Int
        var chunkerVersion: String
    }

    /// - Returns: SHA-256 in hexadecimal over the parts, each preceded by its length, so that no two lists of parts
    ///   run together.
    static func of(content: String, recipe: Recipe) -> String {
        hash([
            recipe.modelID, recipe.modelSHA ?? "", recipe.prompt ?? "", "\(recipe.dimension)",
            "\(recipe.chunkBudget)", "\(recipe.chunkOverlap)", recipe.chunkerVersion, content,
        ])
    }

    /// The fingerprint of the payload fields that do not come from the content.
    static func of(metadata: Payload) -> String {
        var json = JSONText()
        metadata.write(into: &json)
        var sha = MessageDigest(.sha256)
        sha.update(json.bytes)
        return Hex.string(sha.bytes())
    }

    private static func hash(_ parts: [String]) -> String {
        var sha = MessageDigest(.sha256)
        for part in parts {
            sha.update("\(part.utf8.count):")
            sha.update(part)
        }
        return Hex.string(sha.bytes())
    }
}
