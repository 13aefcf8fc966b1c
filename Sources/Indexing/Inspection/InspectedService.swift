/// What a look at a service has brought to light, whether it answered or not.
package struct Inspected<Facts: Sendable>: Sendable {
    package var facts: Facts
    /// What ended the look; nil = all was answered.
    package var fault: ServiceFault?
    /// The `Date` of its first answer as it was written, and when that came.
    package var date: (text: String, at: ContinuousClock.Instant)?
}

extension ServiceCaller {
    /// As a check asks, with a client of the caller's own.
    init(_ service: ServiceFault.Service, _ endpoint: ServiceEndpoint, _ http: HTTPClient) {
        self.init(service: service, endpoint: endpoint, http: http, retry: RetryPolicy())
    }
}

extension HTTPResponse {
    var dated: (text: String, at: ContinuousClock.Instant)? { header("date").map { ($0, .now) } }
}
