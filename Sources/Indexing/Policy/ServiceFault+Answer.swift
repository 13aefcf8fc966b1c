/// Faults that an answer tells, by status, content type and body.
extension ServiceFault {
    /// - Returns: nil for a 2xx answer in JSON.
    static func answer(_ service: Service, _ response: HTTPResponse, from url: SanitizedURL) -> ServiceFault? {
        let status = response.status
        let text = excerpt(response.body)
        func fault(
            _ kind: Kind, _ reason: String, _ remedy: String?, _ symptom: Symptom = .failing
        ) -> ServiceFault {
            ServiceFault(service, kind, reason, remedy: remedy, status: status, symptom: symptom)
        }
        let setting = service.urlSetting
        switch status {
        case 200..<300:
            if response.isJSON { return nil }
            let kind = response.contentType.map { "content type \($0)" } ?? "no content type"
            if response.looksLikeHTML {
                return fault(
                    .configuration, "HTTP \(status) with an HTML page instead of JSON (\(url))",
                    "another service or a proxy's page answers there: fix \(setting) or try the direct address",
                    .wrongService)
            }
            return fault(
                .configuration, "HTTP \(status) with \(kind) instead of JSON (\(url))",
                "another service answers there: check \(setting)", .wrongService)
        case 300..<400:
            let target = response.header("location").map { SanitizedURL($0).origin } ?? "nowhere"
            return fault(
                .configuration, "HTTP \(status): redirected to \(target) (\(url))",
                "redirects are not followed: put the final address into \(setting)", .redirected)
        case 403 where service == .qdrant && text.contains("locked"):
            return fault(
                .configuration, "HTTP 403: \(text) (\(url))", "somebody has locked its storage: see its /locks", .locked
            )
        case 401, 403:
            return fault(
                .configuration, "HTTP \(status): the API key was refused (\(url))", "set \(service.keySetting)",
                .unauthorized)
        case 404:
            return fault(
                .configuration, "HTTP 404: not found: \(text) (\(url))", missing(service, setting), .wrongService)
        case 405, 415, 501:
            return fault(
                .configuration, "HTTP \(status): \(text) (\(url))", "another service answers there: check \(setting)",
                .wrongService)
        case 424: return fault(.suspect, "HTTP 424: inference failed: \(text) (\(url))", "look at its log")
        case 429 where service == .qdrant && SizeRefusal.isBeyondRate(text):
            return fault(.poison, "HTTP 429: \(text) (\(url))", nil)
        case 429:
            return fault(
                .overloaded(retryAfter: response.retryAfter), "HTTP 429: too many requests (\(url))", nil, .overloaded)
        case 408: return fault(.transient, "HTTP 408: the operation timed out (\(url))", "look at its load")
        case 502, 503, 504:
            if service == .qdrant, response.isJSON { return fault(.transient, "HTTP \(status): \(text) (\(url))", nil) }
            if service == .tei, response.isJSON { return fault(.transient, "HTTP \(status): \(text) (\(url))", nil) }
            return fault(
                .transient, "HTTP \(status): a proxy answered for a dead backend (\(url))",
                "start the service behind the proxy, or try the direct address in \(setting)", .badGateway)
        case 507:
            return fault(
                .transient, "HTTP 507: \(text) (\(url))", "its disk or memory quota is used up: free some or raise it")
        case 500..<600:
            let full = text.contains("No space left")
            return fault(.transient, "HTTP \(status): \(text) (\(url))", full ? "its disk is full" : "look at its log")
        case 400 where text.contains("dimension"):
            return fault(
                .configuration, "HTTP 400: \(text) (\(url))",
                "the model does not fit the collection: use another collection or the model it was made with")
        // The collection was made anew, or its alias points elsewhere. No document is to blame; the next check sees it as it is.
        case 400 where service == .qdrant && text.contains("vector name"):
            return fault(
                .configuration, "HTTP 400: \(text) (\(url))",
                "the collection has other vectors than it had: it is looked at anew, or choose another PULSE_QDRANT_COLLECTION"
            )
        case 400 where service == .qdrant && isFull(text):
            return fault(
                .configuration, "HTTP 400: \(text) (\(url))",
                "the collection's strict mode takes no more: raise its limit or delete points")
        case 413 where response.looksLikeHTML:
            return fault(
                .poison, "HTTP 413: a proxy bounds the size of a request (\(url))",
                "raise the proxy's limit (nginx: client_max_body_size 32m), or put the direct address into \(setting)")
        case 400 where response.looksLikeHTML, 422 where response.looksLikeHTML:
            return fault(
                .configuration, "HTTP \(status) with an HTML page: a proxy or another service refuses (\(url))",
                "check \(setting), its scheme too, or try the direct address", .wrongService)
        case 400, 413, 422: return fault(.poison, "HTTP \(status): \(text) (\(url))", nil)
        case 407:
            return fault(
                .configuration, "HTTP 407: the proxy wants a user and a password (\(url))", "check PULSE_HTTP_PROXY",
                .unauthorized)
        // Neither service answers so: whoever does would refuse every document, and no document is to blame.
        default:
            return fault(
                .configuration, "HTTP \(status): \(text) (\(url))",
                "a proxy or another service answers there: check \(setting)", .wrongService)
        }
    }

    /// Strict mode's "Max points limit of 1000 reached", "Max vector storage size limit of 1MB reached": no document is to blame.
    private static func isFull(_ text: String) -> Bool { text.contains("limit of") && text.contains("reached") }

    private static func missing(_ service: Service, _ setting: String) -> String {
        switch service {
        case .tei: "another service answers there, or the path is wrong: check \(setting)"
        case .qdrant:
            "the collection is missing or another service answers there: check PULSE_QDRANT_COLLECTION and \(setting)"
        }
    }

    /// Qdrant says with each answer how long it took: what is told once would be news again and again.
    private static func withoutTime(_ text: String) -> String {
        guard let time = text.firstRange(of: #","time":"#) else { return text }
        return String(text[..<time.lowerBound] + text[time.upperBound...].drop { $0 != "," && $0 != "}" })
    }

    /// The beginning of a body on one line: enough to recognise the error, never a page.
    static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(200), as: UTF8.self)
        let line = withoutTime(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        return line.isEmpty ? "(empty body)" : line
    }
}
