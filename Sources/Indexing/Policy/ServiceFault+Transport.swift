/// Faults of requests that got no answer.
extension ServiceFault {
    /// Nil when the request was cancelled: that says nothing about the service.
    static func transport(_ service: Service, _ failure: HTTPFailure) -> ServiceFault? {
        let setting = service.urlSetting
        switch failure {
        case .refused(let url):
            return .init(
                service, .transient, "connection refused (\(url.origin))",
                remedy: "nothing listens there: start it or fix \(setting)", symptom: .refused)
        case .unreachable(let url, let cause, _):
            return .init(
                service, .transient, "\(cause) (\(url.origin))",
                remedy: "the host cannot be reached from here: check routing, VPN and \(setting)", symptom: .unreachable
            )
        case .timedOut(.connect, let url):
            return .init(
                service, .transient, "connecting timed out (\(url.origin))",
                remedy:
                    "the host is down, or a firewall or a missing route swallows packets: check them and \(setting)",
                symptom: .connectTimeout)
        case .timedOut(.total, let url):
            return .init(
                service, .transient, "no complete answer in time (\(url))",
                remedy: "it accepts connections but does not answer: look at its load and its log", isSilence: true,
                symptom: .silent)
        case .nameNotResolved(let url):
            return .init(
                service, .transient, "host name not found (\(url.origin))",
                remedy: "check the name in \(setting) and this machine's DNS", symptom: .nameNotFound)
        case .reset(let url):
            return .init(
                service, .transient, "connection closed before the answer was complete (\(url.origin))",
                remedy: "it crashed or was restarted, or a proxy cut the connection: look at its log", symptom: .reset)
        case .tls(let url, let detail):
            return .init(
                service, .configuration, "TLS failed: \(detail) (\(url.origin))",
                remedy: "check the certificate, or whether \(setting) should begin with http://", symptom: .tls)
        case .tooLarge(let url, let limit):
            return .init(
                service, .configuration, "the answer is larger than \(limit) bytes (\(url))",
                remedy: "this is not the service it should be: check \(setting)", symptom: .wrongService)
        case .other(let url, let detail):
            return .init(
                service, .configuration, "\(detail) (\(url.origin))",
                remedy: "what listens there does not speak HTTP as it should: check \(setting)", symptom: .wrongService)
        case .cancelled:
            return nil
        }
    }
}
