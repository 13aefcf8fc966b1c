/// A time span in the two largest units that say something: "4s", "3m12s", "2h05m", "5d03h".
func elapsed(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e10 else { return "-" }
    let total = Int(seconds)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    switch total {
    case ..<60: return "\(total)s"
    case ..<3600: return "\(total / 60)m\(two(total % 60))s"
    case ..<86400: return "\(total / 3600)h\(two(total / 60 % 60))m"
    default: return "\(total / 86400)d\(two(total / 3600 % 24))h"
    }
}
