/// Text where HTML is expected.
public enum HTMLText {
    /// With names for the characters that mean something in text and in quoted attributes (HTML standard, “Escaping a string”).
    public static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
            .replacing("'", with: "&#39;")
    }
}
