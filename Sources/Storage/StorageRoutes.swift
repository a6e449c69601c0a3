import Core
import Database
import Foundation
import HTTP
import Hummingbird

/// `/storage/v1`: buckets and objects in storage-api's shapes.
public struct StorageRoutes: Sendable {
    private let core: StorageCore

    public init(
        database: Database, store: ObjectStore, signer: TokenSigner, address: PublicAddress, configuration: StorageConfiguration
    ) {
        core = StorageCore(database: database, store: store, signer: signer, address: address, configuration: configuration)
    }

    public func addRoutes(to router: some RouterMethods<AppRequestContext>) {
        let open = router.group("storage/v1").add(middleware: ErrorResponses(.storage))
        open.get("status") { _, _ in Response(status: .ok) }
        DownloadRoutes(core: core).addOpenRoutes(to: open)
        UploadRoutes(core: core).addSignedRoutes(to: open)

        let resumable = router.group("storage/v1").add(middleware: ErrorResponses(.resumable)).add(
            middleware: Authentication(signer: core.signer))
        ResumableRoutes(core: core).addRoutes(to: resumable)

        let closed = open.group().add(middleware: Authentication(signer: core.signer))
        BucketRoutes(core: core).addRoutes(to: closed)
        DownloadRoutes(core: core).addRoutes(to: closed)
        UploadRoutes(core: core).addRoutes(to: closed)
        ChangeRoutes(core: core).addRoutes(to: closed)
        ListingRoutes(core: core).addRoutes(to: closed)
    }
}
