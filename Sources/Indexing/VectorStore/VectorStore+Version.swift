import FoundationEssentials

/// `GET /`
private struct RootAnswer: Decodable { var version: String }

extension VectorStore {
    /// - Returns: nil when the server does not say. A proxy that lets only the collections through is no fault.
    func version(_ purpose: ServiceCaller.Purpose = .work) async throws(CallFailure) -> ServerVersion? {
        do {
            return Self.version(in: try await caller.call(.get, "/", purpose: .probe))
        } catch .fault(let fault) where fault.kind == .configuration || fault.kind == .poison {
            return nil
        } catch .fault where purpose == .work {
            // It stumbled: with the patience that a job has.
            return Self.version(in: try await caller.call(.get, "/", purpose: .work))
        }
    }

    private static func version(in response: HTTPResponse) -> ServerVersion? {
        (try? JSONDecoder().decode(RootAnswer.self, from: Data(response.body))).flatMap { ServerVersion($0.version) }
    }
}
