import Core

/// What an installation allows in storage.
public struct StorageConfiguration: Sendable {
    /// Bytes of one object, at most; buckets may want less.
    public var limit = 5 << 30
    /// Seconds that a signed link for an upload holds.
    public var uploadLinkLifetime = 7200
    /// Seconds that an upload in parts may take.
    public var uploadLifetime = 86_400

    public init() {}

    public init(_ settings: Settings) {
        limit = settings.integer("storage-limit")
        uploadLinkLifetime = settings.integer("upload-link-lifetime")
        uploadLifetime = settings.integer("upload-lifetime")
    }
}
