import Core

extension Catalog {
    /// The function that a call means, by the names of its arguments. Throws `PGRST202` for none, `PGRST203` for several.
    func function(
        _ name: QualifiedName, arguments: Set<ExactText>, contentType: MediaType, isPost: Bool
    ) throws(RestError) -> Function {
        let overloads = functions[name] ?? []
        let matching = overloads.filter { $0.accepts(arguments, contentType: contentType, isPost: isPost) }
        if matching.count == 1 { return matching[0] }
        if matching.count > 1 { throw .ambiguousFunction(matching) }
        let takingBody = overloads.filter { isPost && $0.takesWholeBody(contentType) }
        if takingBody.count == 1 { return takingBody[0] }
        if takingBody.count > 1 { throw .ambiguousFunction(takingBody) }
        throw .noFunction(name, arguments: arguments.sorted().map(\.text), contentType: contentType, isPost: isPost, catalog: self)
    }
}

extension Function {
    fileprivate func accepts(_ arguments: Set<ExactText>, contentType: MediaType, isPost: Bool) -> Bool {
        guard !parameters.isEmpty else {
            let isRaw = contentType == .octetStream || contentType == .plainText || contentType == .xml
            return arguments.isEmpty && !(isPost && isRaw)
        }
        let required = Set(parameters.filter(\.isRequired).map { ExactText($0.name) })
        let optional = Set(parameters.filter { !$0.isRequired }.map { ExactText($0.name) })
        return arguments.subtracting(optional) == required.subtracting(optional) && arguments.isSuperset(of: required)
    }

    /// One parameter without a name, of the type that the body is.
    fileprivate func takesWholeBody(_ contentType: MediaType) -> Bool {
        guard parameters.count == 1, parameters[0].name.isEmpty else { return false }
        switch (contentType, parameters[0].type) {
        case (.json, "json"), (.json, "jsonb"), (.plainText, "text"), (.xml, "xml"), (.octetStream, "bytea"): return true
        default: return false
        }
    }
}
