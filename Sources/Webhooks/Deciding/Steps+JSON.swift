import Bytes

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
