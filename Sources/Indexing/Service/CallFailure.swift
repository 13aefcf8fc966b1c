/// Why a call to a service did not succeed, retries included.
enum CallFailure: Error, Equatable {
    case fault(ServiceFault)
    case cancelled
}
