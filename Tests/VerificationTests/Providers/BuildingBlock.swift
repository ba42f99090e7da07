@testable import Verification

extension Vector {
  /// Returns the rule that the vector's neutral notation describes; nil for schemes with code of
  /// their own.
  func buildingBlock() throws -> (any Rule)? {
    switch config["type"]?.text {
    case "hmac": try signature(.hmac(hash()))
    case "hash": try signature(.hash(hash(), secret: .first))
    case "ed25519": try signature(.ed25519)
    case "rsa": try signature(.rsaPKCS1(hash()))
    case "sw": standardWebhooks()
    case "static-header":
      SecretHeader(
        header: config["header"]?.text ?? "", prefix: config["prefix"]?.text ?? "",
        secrets: sharedSecrets)
    case "basic": BasicAuth(secrets: sharedSecrets)
    case "query": QueryToken(parameter: config["param"]?.text ?? "", secrets: sharedSecrets)
    case "json-eq":
      BodyField(
        path: try JSONPath("\(config["each"]?.text ?? "")[].\(config["path"]?.text ?? "")"),
        secrets: sharedSecrets)
    default: nil
    }
  }

  private func hash() -> HashName { HashName(rawValue: config["hash"]?.text ?? "") ?? .md5 }

  private func signature(_ algorithm: SigningAlgorithm) throws -> Signature {
    let place = config["signature"]
    let names = place?["header"]?.texts ?? []
    var rule = Signature(algorithm, at: names.count == 1 ? .header(names[0]) : .headers(names))
    if let pairs = place?["kv"] {
      rule.place = .pairs(
        header: names[0], key: pairs["sig"]?.text ?? "",
        separator: Character(pairs["sep"]?.text ?? ","))
    }
    rule.prefix = place?["prefix"]?.text ?? ""
    rule.separator = place?["split"]?.text.map { Character($0) }
    rule.encoding = config["encoding"]?.text == "hex" ? .hex : .base64
    // By the vectors marked policy, a keyed hash must be in lower case, and Discord's signature
    // need not.
    if algorithm == .ed25519 { rule.encoding = .anyHex }
    rule.message = config["message"]?.texts.map(piece) ?? []
    rule.keyForm = config["key"]?["encoding"]?.text == "hex" ? .hex : .text
    rule.secrets = sharedSecrets
    rule.publicKeys = try keys()
    rule.timestamp = config["timestamp"].map(timestamp)
    if provider == "mollie" { rule.separator = "," }
    return rule
  }

  private func piece(_ text: String) -> MessagePiece {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count > 1 ? String(parts[1]) : ""
    return switch parts[0] {
    case "body": .body
    case "base64(body)": .bodyBase64
    case "lit": .literal(name)
    case "header": .header(name)
    case "kv": .pair(name)
    case "method": .method
    case "url": .url
    case "url-noquery": .urlWithoutQuery
    default: .literal("no such piece: \(text)")
    }
  }

  private func timestamp(_ config: JSONAny) -> TimestampRule {
    let parts = config["from"]?.text?.split(separator: ":") ?? []
    let place: TimestampRule.Place =
      switch parts[0] {
      case "kv": .pair(String(parts[1]))
      case "json": .body(JSONPath.of(.member(String(parts[1]))))
      default: .header(String(parts[1]))
      }
    let tolerance = Duration.seconds(config["tolerance"]?.number ?? 0)
    return TimestampRule(
      place, unit: config["unit"]?.text == "ms" ? .milliseconds : .seconds, past: tolerance,
      future: tolerance, isOptional: config["optional"] != nil)
  }

  private func standardWebhooks() -> Signature {
    let name = config["names"]?.texts.first ?? ""
    var rule = Signature(at: .header("\(name)signature"))
    rule.separator = " "
    rule.prefix = "v1,"
    rule.encoding = .base64
    rule.message = [
      .header("\(name)id"), .literal("."), .header("\(name)timestamp"), .literal("."), .body,
    ]
    rule.timestamp = TimestampRule(.header("\(name)timestamp"))
    rule.keyForm = .whsec
    rule.secrets = sharedSecrets
    return rule
  }
}
