import Core
import Foundation
import HTTP
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /openapi.json` and `GET /docs`: the API as its files under `docs/reference` describe it.
struct DocsRoutes: Sendable {
    let address: PublicAddress

    func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        router.get("openapi.json") { _, _ in Response.json(OpenAPI.document(publicURL: address.url)) }
        router.get("docs") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: "default-src 'self'; style-src 'unsafe-inline'",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: OpenAPI.page)))
        }
    }
}
