import Bytes
import Foundation
import Testing

@testable import Verification

/// The requirements on every rule and every preset, whatever it checks.
@Suite struct RuleConformanceTests {
  /// The secret of every rule here. It must not appear anywhere.
  static let needle = "whsec_bmVlZGxlLW5lZWRsZS1uZWVkbGUtbmVlZGxl"

  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    /// Whether the rule proves the sender, so that hardly any request passes.
    var isProof = true
    let make: @Sendable (String) throws -> any Rule
    var testDescription: String { name }
  }

  static let blocks: [Kind] = [
    Kind(name: "header") { SecretHeader(header: "X-Secret", secrets: [Secret($0)]) },
    Kind(name: "basic_auth") { BasicAuth(secrets: [Secret("user:\($0)")]) },
    Kind(name: "query_token") { QueryToken(secrets: [Secret($0)]) },
    Kind(name: "body_field") { BodyField(path: try JSONPath("a[].b"), secrets: [Secret($0)]) },
    Kind(name: "signature") { secret in
      Signature(at: .header("X-Signature")).with { $0.secrets = [Secret(secret)] }
    },
    Kind(name: "signature in the body") { secret in
      Signature(at: .bodyField(.of("signature"))).with { $0.secrets = [Secret(secret)] }
    },
    Kind(name: "signature in a form") { secret in
      Signature(at: .formField("signature")).with {
        $0.secrets = [Secret(secret)]
        $0.message = [.formField("data"), .query, .path]
      }
    },
    Kind(name: "jwt") { secret in
      var rule = JSONWebToken([.hs256])
      rule.secrets = [Secret(secret)]
      return rule
    },
    Kind(name: "addresses") { _ in Addresses(ranges: [try AddressRange("10.0.0.0/8")]) },
    Kind(name: "client_certificate") { _ in ClientCertificate(subjects: ["CN=erp"]) },
    Kind(name: "content_types", isProof: false) { _ in ContentTypes(["application/json"]) },
    Kind(name: "match", isProof: false) { _ in PatternMatch(.body, try Pattern("^a+b")) },
    Kind(name: "any_of") { secret in
      AnyOf([
        BasicAuth(secrets: [Secret("user:\(secret)")]), QueryToken(secrets: [Secret(secret)]),
      ])
    },
  ]

  static let presets: [Kind] = Sender.all.map { sender in
    Kind(name: sender.name) { ConfiguredSender(sender, options(secret: $0)) }
  }

  static let kinds = blocks + presets

  static func options(secret: String) -> SenderOptions {
    var options = SenderOptions(secrets: [Secret(secret)])
    options.verifyTokens = [Secret(secret)]
    options.topics = ["arn:aws:sns:eu-west-1:123456789012:topic"]
    options.webhookID = "id"
    options.applicationID = "id"
    options.audiences = ["audience"]
    options.claims = ["email": ["a@example.org"]]
    return options
  }

  /// Requests that prove nothing. They have every header that any rule looks at, with values that
  /// may do harm.
  static let hostile: [Request] = {
    let signatures = kinds.compactMap { try? $0.make(needle) }
    let words = signatures.map(\.words).joined(separator: " ")
    let names = Set(
      words.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.filter { $0.contains("-") }
        .map(String.init)
    ).union(["authorization", "x-secret", "circleci-signature", "content-type"])
    let values = [
      "", " ", ",", "=", ";,=", "t=,v1=", "t=1,v1=00", "v1,", "sha256=", "Basic ", "Basic Og==",
      "Bearer ", "Bearer ..", "Bearer a.b.c", "1790000000", "multipart/form-data; boundary=",
      "multipart/form-data; boundary=x", String(repeating: "A", count: 9000),
      String(repeating: "v1=00,", count: 1500), String(repeating: "v1,AAAA ", count: 1500),
      "application/x-www-form-urlencoded", "application/json",
    ]
    let bodies: [[UInt8]] = [
      [], [0xFF, 0xFE, 0x00], Array("{}".utf8), Array("[".utf8), Array("null".utf8),
      Array(#"{"signature":{"timestamp":"1","token":"","signature":""}}"#.utf8),
      Array(#"{"a":[{"b":""}],"signature":"","value":[{"clientState":""}]}"#.utf8),
      Array(repeating: UInt8(ascii: "["), count: 9000),
      Array("--x\r\nContent-Disposition: form-data; name=json\r\n\r\n{}\r\n--x--".utf8),
      Array("a=%&%=%zz&&=&signature=00&data=1".utf8), Array("<OrganizationId>".utf8),
    ]
    let all = values.flatMap { value in
      bodies.map { body in
        var request = Request.post(names.sorted().map { ($0, value) }, query: "token=&%")
        request.body = body
        request.publicURL = "https://hooks.example.org/hook"
        return request
      }
    }
    // Every third request suffices: each value still comes with several bodies.
    return stride(from: 0, to: all.count, by: 3).map { all[$0] }
  }()

  @Test func `names are unique, and names of presets are identifiers`() throws {
    #expect(Set(Self.kinds.map(\.name)).count == Self.kinds.count)
    let names = Sender.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(try Pattern("^[a-z0-9]+(-[a-z0-9]+)*$").matches(Array(name.utf8)) == true)
    }
  }

  @Test(arguments: kinds)
  func `a hostile request is refused, and no secret is in the reason`(_ kind: Kind) throws {
    let rule = try kind.make(Self.needle)
    for request in Self.hostile {
      guard case .failure(let rejection) = rule.outcome(request) else {
        #expect(!kind.isProof, "\(request.headers.fields.first?.value.prefix(40) ?? [])")
        continue
      }
      #expect(Self.isClean(rejection.reason))
    }
  }

  @Test(arguments: kinds)
  func `an empty secret verifies nothing`(_ kind: Kind) throws {
    guard kind.isProof else { return }
    let rule = try kind.make("")
    for request in Self.hostile { #expect(!rule.accepts(request)) }
    #expect(!rule.accepts(.post()))
  }

  @Test(arguments: kinds)
  func `a rule says what it checks, and never a secret`(_ kind: Kind) throws {
    let rule = try kind.make(Self.needle)
    var dumped = ""
    dump(rule, to: &dumped)
    #expect(!rule.words.isEmpty)
    #expect(rule.words.hasSuffix("."))
    for text in [rule.words, "\(rule)", String(reflecting: rule), dumped] {
      #expect(Self.isClean(text))
    }
    for problem in rule.misconfigurations + (try kind.make("").misconfigurations) {
      #expect(Self.isClean(problem.reason))
    }
  }

  @Test(arguments: presets)
  func `a handshake with nothing in it does no harm`(_ kind: Kind) throws {
    let sender = try #require(try kind.make(Self.needle) as? ConfiguredSender)
    for method in ["POST", "GET", "HEAD", "OPTIONS"] {
      for request in Self.hostile {
        var request = request
        request.method = method
        let answer = try? sender.answer(request, at: noon)
        for field in answer?.headers ?? [] {
          #expect(field.value.utf8.allSatisfy { 0x20...0x7E ~= $0 })
        }
        #expect(Self.isClean(String(decoding: answer?.body ?? [], as: UTF8.self)))
        #expect(answer?.open == nil)
      }
    }
  }

  @Test(arguments: Sender.all.map(\.name))
  func `a preset is described, and says what it needs`(name: String) throws {
    let sender = try #require(Sender.named(name))
    #expect(!sender.secretPlace.isEmpty)
    #expect(sender.handshakes.allSatisfy { !$0.words.isEmpty })
    let bare = ConfiguredSender(sender, SenderOptions())
    // eBay's keys are fetched, and it needs no secret, so nothing can be missing.
    #expect(bare.misconfigurations.isEmpty == (name == "ebay" || bare.isTaught))
    #expect(!bare.accepts(.post()))
  }

  private static func isClean(_ text: String) -> Bool {
    !text.contains("needle") && !text.contains(needle.dropFirst(6))
      && !text.contains(String(decoding: Hex.encode(needle.utf8), as: UTF8.self))
  }
}
