extension RedisQueue {
    /// A command that waits for the connection, and who waits for its reply.
    struct Waiting: Sendable {
        let command: RedisCommand
        let reply: CheckedContinuation<Result<RedisReply, RedisError>, Never>
    }

    /// At most so many replies are waited for with one time-out.
    private static let mostAtOnce = 64

    /// Sends a command on the connection for commands. What comes in while an exchange is under way goes together in the
    /// next one: a worker that ends jobs by the thousand a second pays for each only a part of a round trip. An error reply
    /// stands in the answer.
    func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        let outcome = await withCheckedContinuation { reply in
            unsent.append(Waiting(command: command, reply: reply))
            guard !isSending else { return }
            isSending = true
            Task { await self.sendAll() }
        }
        return try outcome.get()
    }

    private func sendAll() async {
        while !unsent.isEmpty {
            let batch = Array(unsent.prefix(Self.mostAtOnce))
            unsent.removeFirst(batch.count)
            do throws(RedisError) {
                let replies = try await commands.pipeline(batch.map(\.command))
                for (waiting, reply) in zip(batch, replies) { waiting.reply.resume(returning: .success(reply)) }
            } catch {
                for waiting in batch { waiting.reply.resume(returning: .failure(error)) }
            }
        }
        isSending = false
    }
}
