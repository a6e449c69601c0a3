extension Planner {
    /// The first accepted media type that there is a handler for. Throws `PGRST107`.
    ///
    /// target: the table, or what the function returns. `headersOnly`: no body is wanted, so none is made.
    func negotiate(
        _ request: RestRequest, target: QualifiedName, _ plan: ReadPlan, headersOnly: Bool
    ) throws(RestError) -> MediaHandler {
        for type in request.accept {
            guard var handler = handler(for: type, target: target, isDefaultSelect: plan.selectsEverything) else { continue }
            if headersOnly { handler.maker = .nothing }
            return handler
        }
        throw .noMediaType(request.accept)
    }

    private func handler(for type: MediaType, target: QualifiedName, isDefaultSelect: Bool) -> MediaHandler? {
        switch type {
        case .object(let stripsNulls): return MediaHandler(maker: .object(stripsNulls: stripsNulls), media: type)
        case .arrayWithoutNulls: return MediaHandler(maker: .arrayWithoutNulls, media: type)
        case .plan(let inner, _, _):
            guard configuration.planEnabled,
                let handler = handler(for: inner, target: target, isDefaultSelect: isDefaultSelect)
            else { return nil }
            return MediaHandler(maker: handler.maker, media: type)
        default:
            // A handler for rows of this kind works on whole rows only.
            if isDefaultSelect,
                let own = catalog.mediaHandlers[.init(target: target, media: .any)]
                    ?? catalog.mediaHandlers[.init(target: target, media: type)]
            {
                return own
            }
            return catalog.mediaHandlers[.init(target: nil, media: type)]
        }
    }
}
