import HTTPServing

/// The page's files, as they were built in.
enum StatusPage {
    /// Nothing but our own files: no inline script or style, no frame around it, and no form that the browser itself would
    /// send, so that the secret never stands in an address.
    private static let policy =
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'"

    static func page() -> HTTPResponse { answer("text/html; charset=utf-8", PackageResources.index_html) }

    /// The file of that name; nil: there is none.
    static func file(_ name: String) -> HTTPResponse? {
        switch name {
        case "page.css": answer("text/css; charset=utf-8", PackageResources.page_css)
        case "page.js": script(PackageResources.page_js)
        case "asking.js": script(PackageResources.asking_js)
        case "chart.js": script(PackageResources.chart_js)
        case "elements.js": script(PackageResources.elements_js)
        case "failed.js": script(PackageResources.failed_js)
        case "figures.js": script(PackageResources.figures_js)
        case "icon.svg": answer("image/svg+xml", PackageResources.icon_svg)
        default: nil
        }
    }

    private static func script(_ bytes: [UInt8]) -> HTTPResponse { answer("text/javascript; charset=utf-8", bytes) }

    private static func answer(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: type,
            headers: [
                ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
                // A file of another version beside this one's would not fit.
                ("Cache-Control", "no-cache"),
            ], body: bytes)
    }
}
