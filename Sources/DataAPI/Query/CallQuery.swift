import Core
import Database

extension CallPlan {
    /// The call, as rows.
    var query: SQL {
        let isScalar = !function.returnsComposite
        return "SELECT " + (isScalar ? "pgrst_call.pgrst_scalar" : columns) + " " + from(isScalar: isScalar)
    }

    private func from(isScalar: Bool) -> SQL {
        func call(_ arguments: SQL) -> SQL {
            let call = SQL.name(function.name) + "(" + arguments + ")"
            return isScalar ? "(SELECT " + call + " pgrst_scalar) pgrst_call" : call + " pgrst_call"
        }
        switch arguments {
        case .none: return "FROM " + call("")
        case .whole(let body, let parameter):
            let text = parameter.type == "bytea" ? "\\x" + Hexadecimal.text(body) : String(decoding: body, as: UTF8.self)
            return "FROM " + call(.bind(text) + "::" + .trusted(parameter.type))
        case .direct(let pairs):
            return "FROM "
                + call(
                    pairs.map { parameter, values in
                        let value: SQL = parameter.isVariadic ? "\(values)" : values.last.map { .bind($0) } ?? "NULL"
                        return Self.argument(parameter) + value + "::" + .trusted(parameter.unboundedType)
                    }.joined(", "))
        case .json(let body, let parameters, let isObject):
            let fields = parameters.map { ReadPlan.Field(name: $0.name, type: $0.unboundedType) }
            let rows = JSONRows(columns: fields, body: body, isObject: isObject, onlyFirst: true)
            return rows.from + ", LATERAL "
                + call(parameters.map { Self.argument($0) + .column($0.name, of: .alias("pgrst_body")) }.joined(", "))
        }
    }

    private static func argument(_ parameter: Function.Parameter) -> SQL {
        (parameter.isVariadic ? "VARIADIC " : "") + .name(parameter.name) + " := "
    }

    /// What is selected from, and what filters look at.
    private var columns: SQL {
        if returning.isEmpty { return "*" }
        if returning == ["*"] { return "pgrst_call.*" }
        return returning.map { .column($0, of: .alias("pgrst_call")) }.joined(", ")
    }
}
