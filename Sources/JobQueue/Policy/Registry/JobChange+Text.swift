extension JobChange {
    /// What a person ordered.
    public enum Order: String, Sendable {
        case requeue, cancel, delete
    }

    /// What was done, or why nothing was, in one line.
    public func text(of order: Order) -> String {
        switch outcome {
        case .gone: "no job \(id): it expired or was deleted; pulsectl jobs lists those there are"
        case .refused: refusal(of: order)
        case .done: done(order)
        }
    }

    private func done(_ order: Order) -> String {
        let others = waiting == 1 ? "1 job waits for it and stays" : "\(waiting) jobs wait for it and stay"
        let wait = waiting == 0 ? "" : "; \(others) deferred"
        let running = status == "started" ? ": it runs on, a Pulse worker drops its result" : ""
        return switch order {
        case .requeue: "requeued \(id), was \(status), at the end of queue \(queue)"
        case .cancel: "canceled \(id), was \(status)\(running)\(wait)"
        case .delete: "deleted \(id), was \(status)\(running)\(wait)"
        }
    }

    private func refusal(of order: Order) -> String {
        let remedy =
            switch (order, status) {
            case (.cancel, "canceled"): "already; pulsectl jobs requeue \(id) takes it back"
            case (_, "queued"): "already: a worker will take it"
            case (_, "started"): "and runs; cancel it first if it must start anew"
            case (_, "scheduled"): "and is queued when its time comes"
            case (_, "deferred"): "and is queued when what it waits for is finished"
            case (_, "failed"), (_, "stopped"), (_, "canceled"):
                "but no registry of queue \(queue) holds it any more: enqueue its document anew"
            default: "; only failed and canceled jobs can be requeued: enqueue its document anew"
            }
        let gap = remedy.hasPrefix(";") ? "" : " "
        return "job \(id) is not \(order == .requeue ? "requeued" : "canceled"): it is \(status)\(gap)\(remedy)"
    }
}
