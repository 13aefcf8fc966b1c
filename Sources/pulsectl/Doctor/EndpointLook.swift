import Indexing
import JobQueue

/// What can be said of an address whoever should serve there.
struct EndpointLook: Sendable {
    /// For a question below the protocol that is asked beside others.
    private static let patience = Duration.seconds(3)
    /// For a stranger's first word.
    private static let shortPatience = Duration.milliseconds(1200)

    let address: Address

    private var inspection: EndpointInspection { EndpointInspection(host: address.host, port: address.port) }

    /// nil = not encrypted, or no certificate is shown.
    func certificateSecondsLeft(_ options: TLSOptions = TLSOptions()) async -> Int? {
        guard address.isEncrypted, !address.host.isEmpty else { return nil }
        return try? await inspection.certificate(options, within: Self.patience)?.secondsLeft
    }

    func connects() async -> Bool {
        guard !address.host.isEmpty else { return false }
        return (try? await inspection.connect(within: Self.shortPatience)) != nil
    }

    /// The same trouble, told more exactly by what is seen below its protocol.
    func refined(_ trouble: Trouble) async -> Trouble {
        guard case .reach(let dependency, let symptom) = trouble.id else { return trouble }
        var refined = trouble
        switch symptom {
        case .timeout where address.isEncrypted:
            // To curl the handshake is a part of connecting.
            guard await connects() else { return trouble }
            refined.id = .reach(dependency, .silent)
            refined.reason = "it takes the connection and leaves the TLS handshake unanswered"
            refined.remedy = "look at its load and its log, and whether the port speaks TLS at all"
        case .nameNotFound:
            do throws(RedisError.Cause) {
                _ = try await inspection.addresses(within: Self.shortPatience)
            } catch {
                if case .unknownHost(let detail) = error { refined.reason += ": \(detail)" }
            }
        default: break
        }
        return refined
    }

    /// Who answers there instead; asked only after the protocol that was expected has failed.
    func speaker() async -> Speaker? {
        guard !address.host.isEmpty else { return nil }
        let first = try? await inspection.answer(to: Speaker.ping, within: Self.shortPatience)
        if let speaker = first.flatMap(Speaker.afterPing) { return speaker }
        let second = try? await inspection.answer(to: Speaker.preface, within: Self.shortPatience)
        return second.flatMap(Speaker.afterPreface)
    }

    /// Seconds by which the other clock is ahead; an HTTP date has whole seconds, so a half is as good as any.
    static func offset(_ date: (text: String, at: ContinuousClock.Instant)?) -> Double? {
        guard let date, let theirs = HTTPDate.iso(date.text).flatMap(Timestamp.seconds(of:)) else { return nil }
        let age = ContinuousClock.now - date.at
        let then = WallClock.now() - Double(age.components.seconds) - Double(age.components.attoseconds) / 1e18
        return theirs + 0.5 - then
    }
}

extension Symptom {
    /// Somebody is there, and it may be somebody else.
    var mayBeAnother: Bool {
        switch self {
        case .wrongService, .connectionCut, .tls, .silent: true
        default: false
        }
    }
}

extension Trouble {
    var mayBeAnother: Bool {
        guard case .reach(_, let symptom) = id else { return false }
        return symptom.mayBeAnother
    }
}
