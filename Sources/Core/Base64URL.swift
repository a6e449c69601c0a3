import Foundation

/// Base 64 with the alphabet for URLs and file names, without padding (RFC 4648, section 5; RFC 7515, section 2).
public enum Base64URL {
    public static func text(_ bytes: some DataProtocol) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for what is no base 64.
    public static func bytes(_ text: some StringProtocol) -> Data? {
        var standard = String(text).replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard)
    }
}
