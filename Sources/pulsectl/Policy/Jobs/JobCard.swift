/// Everything about one job, as names and values, and then how it ended each time.
struct JobCard: TextLayout {
    var coloured: Bool
    var width: Int

    struct Field {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How one execution ended, and the text it left.
    struct Ending {
        var headline: String
        var text: [String]
    }

    struct Page {
        var headline: String
        var health: String
        /// An empty name goes on with the field before it; an empty value is not shown.
        var fields: [Field]
        var endings: [Ending]
    }

    func render(_ page: Page) -> String {
        let shown = page.fields.filter { !$0.value.isEmpty }
        let size = shown.map { Columns.of($0.name) }.max() ?? 0
        var lines = wrapped(page.headline).map { paint($0, as: page.health) }
        for field in shown {
            let left = "  " + padded(field.name, size) + "  "
            lines += flow(field.value, after: left, margin: Columns.of(left))
        }
        for ending in page.endings {
            lines += ["", cut(ending.headline)]
            // Indented as it was: that is how a traceback is read.
            lines += ending.text.flatMap { wrapped("    " + $0) }
        }
        return lines.joined(separator: "\n")
    }
}
