/// What is asked and told about the attempts of one request.
struct WriteAttempts: Sendable {
    /// Right before each: whether it is still to be made.
    let mayBegin: @Sendable () -> Bool
    /// Right after each that failed, before it is judged.
    let failed: @Sendable () -> Void
}

/// Sends the writes of several documents in one request, and tells whose fault it is when that fails.
///
/// An outage is everybody's. A refusal for one document's sake, such as a point of it that is gone, is found out by sending
/// each alone, one for the size by halving. Nothing is sent again for a document whose job has ended meanwhile: it may be
/// another job's by then.
struct JointWrite<Item: Sendable>: Sendable {
    typealias Requests = SharedRequests<Item, Void>

    /// Sends all of them.
    let send: @Sendable ([Item], WriteAttempts) async -> Requests.Outcome
    /// Told when such a request was too large.
    var refused: @Sendable (SizeRefusal, [Item]) -> Void = { _, _ in }

    func perform(_ group: Requests.Group) async -> [Requests.Outcome] {
        var outcomes = [Requests.Outcome](repeating: .failure(.cancelled), count: group.items.count)
        await perform(group, Array(group.items.indices), &outcomes)
        return outcomes
    }

    private func perform(_ group: Requests.Group, _ part: [Int], _ outcomes: inout [Requests.Outcome]) async {
        let wanted = part.filter(group.isWanted)
        guard !wanted.isEmpty else { return }
        let items = wanted.map { group.items[$0] }
        let outcome = await send(
            items, WriteAttempts(mayBegin: { group.begin(wanted) }, failed: { group.end(wanted) }))
        group.end(wanted)
        switch outcome {
        case .failure(.cancelled) where !Task.isCancelled && !wanted.allSatisfy(group.isWanted):
            // Somebody left; the others' writes go on without his.
            await perform(group, wanted, &outcomes)
        case .failure(.fault(let fault)) where fault.kind == .poison || fault.isOfMissing:
            let refusal = SizeRefusal(fault)
            if let refusal { refused(refusal, items) }
            guard wanted.count > 1 else { return outcomes[wanted[0]] = outcome }
            let half = refusal == nil ? 1 : (wanted.count + 1) / 2
            for start in stride(from: 0, to: wanted.count, by: half) {
                await perform(group, Array(wanted[start..<min(start + half, wanted.count)]), &outcomes)
            }
        case .success, .failure: for index in wanted { outcomes[index] = outcome }
        }
    }
}
