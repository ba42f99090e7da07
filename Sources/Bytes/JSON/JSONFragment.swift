import Bytes

/// A piece of JSON to write.
enum JSONFragment {
  case text(String)
  case number(Int)
  case list([JSONFragment])
  case object([(String, JSONFragment)])
  /// Bytes that are JSON already.
  case written([UInt8])

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  func append(to output: inout [UInt8]) {
    switch self {
    case .text(let text): JSONText.appendQuoted(text, to: &output)
    case .number(let number): output += "\(number)".utf8
    case .written(let bytes): output += bytes
    case .list(let entries):
      output.append(UInt8(ascii: "["))
      for (index, entry) in entries.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        entry.append(to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        JSONText.appendQuoted(member.0, to: &output)
        output.append(UInt8(ascii: ":"))
        member.1.append(to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}

extension PreProcessorStep {
  /// The step as JSON.
  var fragment: JSONFragment {
    var members: [(String, JSONFragment)] = [("check", .text(type)), ("index", .number(index))]
    switch outcome {
    case .passed(let proof):
      members += [("outcome", .text("passed")), ("verified", .text(proof.verified))]
      if let name = proof.secretName { members.append(("secret", .text(name))) }
    case .answered: members.append(("outcome", .text("answered")))
    case .failed(let rejection):
      members += [("outcome", .text("failed")), ("reason", .text(rejection.reason))]
    case .observed(let rejection):
      members += [("outcome", .text("observed")), ("reason", .text(rejection.reason))]
    }
    return .object(members)
  }
}

extension RouteStep {
  /// The step as JSON.
  var fragment: JSONFragment {
    let incoming = ("incoming", JSONFragment.text(incoming))
    return switch outcome {
    case .tasks(let count):
      .object([incoming, ("outcome", .text("tasks")), ("tasks", .number(count))])
    case .unwanted: .object([incoming, ("outcome", .text("unwanted"))])
    case .failed(let reason):
      .object([incoming, ("outcome", .text("failed")), ("reason", .text(reason))])
    case .skipped(let reason):
      .object([incoming, ("outcome", .text("skipped")), ("reason", .text(reason))])
    }
  }
}
