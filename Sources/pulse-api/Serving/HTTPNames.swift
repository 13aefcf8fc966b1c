import HTTPServing

// Here these are what a client sends and is answered; Indexing's of the same names are what it asks TEI and Qdrant.
typealias HTTPRequest = HTTPServing.HTTPRequest
typealias HTTPResponse = HTTPServing.HTTPResponse
