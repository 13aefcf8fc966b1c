/// Why a document was not indexed, by what its job should do next.
public enum IndexingFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The service is away or overloaded beyond patience: put the job back unharmed and wait for the service.
    case unavailable(service: String, ServiceFault)
    /// Nothing can be indexed before a person changes something: put the job back unharmed.
    case configuration(service: String, ServiceFault)
    /// This document will never be indexed as it is: the job fails with this reason.
    case permanent(String)
    case cancelled

    public var description: String {
        switch self {
        case .unavailable(_, let fault), .configuration(_, let fault): fault.description
        case .permanent(let reason): reason
        case .cancelled: "cancelled"
        }
    }

    init(_ failure: CallFailure) {
        switch failure {
        case .cancelled: self = .cancelled
        case .fault(let fault):
            let service = fault.service.rawValue
            switch fault.kind {
            case .transient, .overloaded, .suspect: self = .unavailable(service: service, fault)
            case .configuration: self = .configuration(service: service, fault)
            case .poison: self = .permanent(fault.description)
            }
        }
    }
}
