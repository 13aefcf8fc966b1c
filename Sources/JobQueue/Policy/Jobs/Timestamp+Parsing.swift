extension Timestamp {
    /// Seconds since 1970 of a moment as RQ writes it, with or without a fraction; nil of anything else.
    public static func seconds(of text: String) -> Double? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasSuffix("Z") else { return nil }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        let time = parts[1].dropLast().split(separator: ":", omittingEmptySubsequences: false)
        guard date.count == 3, time.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]),
            (1...9999).contains(date[0]), let hour = Int(time[0]), let minute = Int(time[1]),
            let second = Double(time[2]), (0...23).contains(hour), (0...59).contains(minute), (0..<61).contains(second)
        else { return nil }
        return Double(days(year: date[0], month: date[1], day: date[2]) * 86_400 + hour * 3600 + minute * 60) + second
    }

    /// Days since 1970. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
