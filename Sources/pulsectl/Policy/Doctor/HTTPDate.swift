/// The moment in a `Date:` header (RFC 9110, section 5.6.7), "Sun, 06 Nov 1994 08:49:37 GMT".
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// As RQ writes moments: "1994-11-06T08:49:37Z".
    static func iso(_ text: String) -> String? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            words[1].count == 2, words[3].count == 4, words[4].count == 8
        else { return nil }
        let number = month + 1
        return "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z"
    }
}
