/// Patterns of LIKE and ILIKE out of texts that stand for themselves (PostgreSQL documentation, section 9.7.1).
package enum SQLPattern {
    /// Fits every text that has this one somewhere in it.
    package static func containing(_ text: String) -> String {
        "%" + text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
    }
}
