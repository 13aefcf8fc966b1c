internal import CLinux
internal import Glibc

extension HTTPServer {
    func acceptAll(now: UInt64) {
        for _ in 0..<min(64, limits.connections) {
            // Whoever has sent his request by now is no longer one who has not.
            if clients.count >= limits.connections { runDaemon() }
            // Asked before the accept, obeyed after it: only somebody who is there costs another his place.
            guard clients.count < limits.connections || oldest(now: now) != nil else {
                pausedUntil = now + 25_000_000
                return
            }
            var address = sockaddr_storage()
            var length = socklen_t(0)
            let descriptor = unsafe pulse_accept_from(listener, &address, &length)
            if descriptor >= 0 {
                admit(descriptor, &address, length, now: now)
            } else if errno == EMFILE || errno == ENFILE {
                // The oldest makes room here as well; only when there is none is the newcomer turned away.
                guard pushOutOldest(now: now) else {
                    turnAway()
                    return
                }
            } else if errno != EINTR && errno != ECONNABORTED {
                return
            }
        }
    }

    private func admit(_ descriptor: Int32, _ address: inout sockaddr_storage, _ length: socklen_t, now: UInt64) {
        if clients.count >= limits.connections { pushOutOldest(now: now) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isTCP = unsafe pulse_address_text(&address, &text, socklen_t(text.count)) != 0
        let user = isTCP ? -1 : pulse_peer_uid(descriptor)
        if isTCP { pulse_set_no_delay(descriptor) }
        let peer = HTTPPeer(
            user: user < 0 ? nil : UInt32(truncatingIfNeeded: user),
            address: isTCP
                ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil)
        clients[descriptor] = HTTPConnection(phase: .head(since: now), acceptedAt: now, peer: peer)
        enter(.head(since: now), descriptor)
        let size = isTCP ? length : socklen_t(MemoryLayout<sockaddr_un>.size)
        if !hand(descriptor, &address, size) { clients[descriptor] = nil }
    }

    /// Who has kept others waiting longest, of those that may go.
    private func oldest(now: UInt64) -> Int32? {
        var oldest: (descriptor: Int32, since: UInt64)?
        for (descriptor, client) in clients {
            guard let since = client.phase.evictable(now: now), since < oldest?.since ?? .max else { continue }
            oldest = (descriptor, since)
        }
        guard let oldest, clients[oldest.descriptor]?.phase.isFresh(now: now, limits) == false else { return nil }
        return oldest.descriptor
    }

    /// - Returns: whether there was anybody who could go.
    @discardableResult private func pushOutOldest(now: UInt64) -> Bool {
        guard let oldest = oldest(now: now) else { return false }
        let before = clients.count
        cutOff(oldest, RequestFault(status: 503, text: "too many connections; try again later"))
        runDaemon()
        return clients.count < before
    }

    /// Out of descriptors: the client learns it by a closed connection instead of hanging in the backlog while we spin.
    private func turnAway() {
        guard limits.keepsReserve else { return }
        close(reserve)
        let descriptor = pulse_accept(listener)
        if descriptor >= 0 { close(descriptor) }
        reserve = Self.openReserve()
    }

    static func openReserve() -> Int32 { unsafe pulse_open("/dev/null", O_RDONLY | O_CLOEXEC, 0) }
}
