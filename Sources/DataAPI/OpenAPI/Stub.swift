import Core
struct OpenAPIDocument {
    let schema: String
    let tables: [Table]
    let functions: [Function]
    let relationships: [Catalog.RelationshipKey: [Relationship]]
    let schemaDescription: String?
    let address: OpenAPIAddress
    let securityActive: Bool
    var json: String { "{}" }
}
struct OpenAPIAddress { init?(proxyURI: String) { return nil }; init(host: String, port: Int) {} }
