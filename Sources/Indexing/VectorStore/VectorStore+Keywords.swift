extension VectorStore {
    /// Brings the collection to what the plan says.
    ///
    /// - Returns: whether it is there now. Of several workers one is the first to add a vector, and the others are refused:
    ///   there the collection's description tells.
    func add(_ index: KeywordIndex, _ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure) -> Bool {
        var json = JSONText()
        switch index {
        case .textIndex:
            json.raw(#"{"field_name":"#)
            json.string(KeywordIndex.field)
            json.raw(#","field_schema":{"type":"text","scoring":true}}"#)
            // Not waited for: over a large collection it takes minutes.
            let response = try await caller.call(.put, path + "/index", json.bytes, expected: [400], purpose: purpose)
            return response.status != 400
        case .sparseVector:
            json.raw(#"{"sparse":{"modifier":"idf"}}"#)
            _ = try await caller.call(
                .put, path + "/vectors/" + KeywordIndex.vector + "?wait=true", json.bytes, expected: [400, 409],
                purpose: purpose)
            return try await layout(purpose)?.keywords.sparseVector == true
        }
    }
}
