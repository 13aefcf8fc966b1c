/// What went wrong with an outside service, for a machine (`kind`) and for a person (`reason`, `remedy`).
public struct ServiceFault: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: Equatable, Sendable {
        /// Passes by itself: refused, reset, timed out, 5xx.
        case transient
        /// Flow control: slow down, and not before so long.
        case overloaded(retryAfter: Duration?)
        /// The service failed on this request; whether for its own sake or the request's is open (TEI's 424).
        case suspect
        /// This request will never succeed, others will.
        case poison
        /// Nothing will succeed before a person changes something.
        case configuration
    }

    public enum Service: String, Equatable, Sendable { case tei, qdrant }

    /// What was met, for whoever sorts faults by what a person has to look at.
    package enum Symptom: Equatable, Sendable {
        case nameNotFound, refused, unreachable, connectTimeout, silent, reset, tls
        /// A proxy speaks in place of its backend.
        case badGateway
        case unauthorized, redirected, overloaded, locked
        /// What answers is not the service that was asked for.
        case wrongService
        /// The service itself, in its own words.
        case failing
    }

    public let service: Service
    public let kind: Kind
    /// What was tried and what came back, in one line, without any secret.
    public let reason: String
    /// What to do about it, in one line.
    public let remedy: String?
    /// The HTTP status, when there was one.
    public let status: Int?
    /// It took the request and gave no answer in time: away or merely slow, which only time tells.
    public let isSilence: Bool
    package let symptom: Symptom

    init(
        _ service: Service, _ kind: Kind, _ reason: String, remedy: String? = nil, status: Int? = nil,
        isSilence: Bool = false, symptom: Symptom = .failing
    ) {
        self.service = service
        self.kind = kind
        self.reason = reason
        self.remedy = remedy
        self.status = status
        self.isSilence = isSilence
        self.symptom = symptom
    }

    public var description: String { "\(service.rawValue): \(reason)" + (remedy.map { "; \($0)" } ?? "") }

    /// The same fault, judged differently in the light of more facts.
    func judged(_ kind: Kind) -> ServiceFault {
        ServiceFault(
            service, kind, reason, remedy: remedy, status: status, isSilence: isSilence, symptom: symptom)
    }
}

extension ServiceFault.Service {
    var urlSetting: String {
        switch self {
        case .tei: "PULSE_TEI_URL"
        case .qdrant: "PULSE_QDRANT_URL"
        }
    }

    var keySetting: String {
        switch self {
        case .tei: "PULSE_TEI_API_KEY"
        case .qdrant: "PULSE_QDRANT_API_KEY"
        }
    }
}
