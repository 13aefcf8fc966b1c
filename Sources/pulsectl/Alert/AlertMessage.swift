import Reporting

/// What is posted.
struct AlertMessage: Encodable {
    /// One line for people, under both names that chats have for it.
    var text: String
    var content: String
    var health: Health
    var previous: Health?
    var host: String
    /// As anybody may see it, who is in the chat that gets it.
    var status: StatusDocument

    init(_ status: StatusDocument, previous: Health?, host: String) {
        let remedies = status.services.sorted { $0.key < $1.key }.compactMap { name, service in
            service.state == .healthy ? nil : service.remedy.map { (service: name, remedy: $0) }
        }
        text = AlertText.line(
            host: host, summary: status.summary, health: status.status.rawValue, previous: previous?.rawValue,
            remedies: remedies)
        content = text
        health = status.status
        self.previous = previous
        self.host = host
        self.status = status.forAnybody
    }
}
