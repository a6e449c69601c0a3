import Foundation

/// An ID3v2.4 tag in UTF-8, as it stands before the first frame of an MP3.
///
/// Written here because the encoder behind libsndfile takes Latin-1 only. Source: id3.org, "ID3 tag version 2.4.0", sections 3 and 4.
enum ID3Tag {
    static func data(_ tags: AudioTags) -> Data {
        var frames = Data()
        for (name, text) in [("TIT2", tags.title), ("TPE1", tags.artist), ("TSSE", tags.software)] where !text.isEmpty {
            frames.append(frame(name, Data(text.utf8)))
        }
        if !tags.comment.isEmpty {
            // Language and an empty description stand before a comment's text.
            frames.append(frame("COMM", Data("eng".utf8) + [0] + Data(tags.comment.utf8)))
        }
        return Data("ID3".utf8) + [4, 0, 0] + size(frames.count) + frames
    }

    private static func frame(_ name: String, _ content: Data) -> Data {
        let utf8: UInt8 = 3
        return Data(name.utf8) + size(content.count + 1) + [0, 0, utf8] + content
    }

    /// Four bytes of seven bits, the highest first.
    private static func size(_ count: Int) -> Data {
        Data([21, 14, 7, 0].map { UInt8((count >> $0) & 0x7F) })
    }
}
