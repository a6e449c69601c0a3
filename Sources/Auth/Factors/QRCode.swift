import CQRCode
import Core

/// A QR code as a picture in SVG. Source: ISO/IEC 18004; the encoder is libqrencode.
package enum QRCode {
    /// Names of colours, not numbers: clients put the picture into a `data:` address, where `#` begins another part.
    /// Error correction for 15 % of the picture, a border of four modules, black on white whatever the page's colours are.
    package static func svg(_ text: String) throws -> String {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else {
            throw Failure(.unexpected, "unexpected_failure", "The picture could not be made: the text is too long.")
        }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let start = column
                while column < width, code.pointee.data[row * width + column] & 1 == 1 { column += 1 }
                if column > start { path += "M\(start + 4),\(row + 4)h\(column - start)v1h-\(column - start)z" } else { column += 1 }
            }
        }
        let size = width + 8
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" width="\(size * 5)" height="\(size * 5)" \
            shape-rendering="crispEdges"><rect width="\(size)" height="\(size)" fill="white"/><path d="\(path)" fill="black"/></svg>
            """
    }
}
