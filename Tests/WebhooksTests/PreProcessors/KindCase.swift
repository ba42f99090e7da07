import Testing

/// A pre-processor in YAML, and a request that passes it.
struct KindCase: Sendable, CustomTestStringConvertible {
  let name: String
  let entry: String
  var headers: [String: String] = [:]
  var query = ""
  var body = ""
  let verified: String

  var testDescription: String { name }

  /// All cases. Their signatures were made by another program.
  static let all = [
    KindCase(
      name: "jwt",
      entry: "{type: jwt, algorithms: [HS256], header: X-Sig, secrets: [{literal: s3cret}]"
        + ", issuers: [netlify], require_expiry: false, body_hash: {claim: sha256}}",
      headers: [
        "X-Sig": "eyJhbGciOiAiSFMyNTYifQ.eyJpc3MiOiAibmV0bGlmeSIsICJzaGEyNTYiOiAiMDE1YWJkN2Y1Y"
          + "2M1N2EyZGQ5NGI3NTkwZjA0YWQ4MDg0MjczOTA1ZWUzM2VjNWNlYmVhZTYyMjc2YTk3Zjg2MiJ9."
          + "G9XdjvPPmWDx5XmWSdiKb1EHrP03vdSLLNCxqEMGo6Q"
      ],
      body: #"{"a":1}"#,
      verified: "jwt:X-Sig"),
    KindCase(
      name: "body_field",
      entry: #"{type: body_field, path: "value[].clientState", secrets: [{literal: s3cret}]"#
        + "}",
      body: #"{"value":[{"clientState":"s3cret"},{"clientState":"s3cret"}]}"#,
      verified: "body:value[].clientState"),
    KindCase(
      name: "match header",
      entry: #"{type: match, header: X-Shop, pattern: "^[a-z]+$"}"#,
      headers: ["X-Shop": "abc"],
      verified: "match:X-Shop"),
    KindCase(
      name: "match parameter",
      entry: #"{type: match, query_parameter: a, pattern: "^b c$"}"#,
      query: "a=b%20c",
      verified: "match:?a"),
    KindCase(
      name: "match query",
      entry: #"{type: match, whole: query, pattern: "^a=b%20c$"}"#,
      query: "a=b%20c",
      verified: "match:query"),
    KindCase(
      name: "match body",
      entry: #"{type: match, whole: body, pattern: "^<x>"}"#,
      body: "<x>",
      verified: "match:body"),
    KindCase(
      name: "match body field",
      entry: #"{type: match, body_field: a.b, pattern: "^c"}"#,
      body: #"{"a":{"b":"cd"}}"#,
      verified: "match:a.b"),
    KindCase(
      name: "content_types",
      entry: "{type: content_types, allow: [application/json, text/*]}",
      headers: ["Content-Type": "text/xml; charset=utf-8"],
      verified: "content_type:text/*"),
    KindCase(
      name: "a list of key=value with a timestamp",
      entry: #"{type: signature, header: X-Sig, key: v1, key_separator: ";", message: [{key"#
        + ": t}, {text: .}, body], timestamp: {key: t, past: 60s, future: 60s}, secrets"
        + ": [{literal: s3cret}]}",
      headers: [
        "X-Sig": "t=1795456146; v1=1fc6288e1ba40e6c7f38b7da39f3f6a7026503a4ad688df99ad90aa8b11"
          + "7fcb3"
      ],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig v1"),
    KindCase(
      name: "numbered headers, sha512 in base64",
      entry: "{type: signature, numbered_headers: X-Sig-, algorithm: sha512, encoding: bas"
        + "e64, secrets: [{literal: s3cret}]}",
      headers: [
        "X-Sig-1": "AAAA",
        "X-Sig-2": "I1Qv0L6gxoCH22LEFPgKZxvjZyCqCriiJUhPzncmGuC66PnNI+TUtkVA8CUaCu8vWFlUrDKItuPK"
          + "8LbnKjH4Yg==",
      ],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig-N"),
    KindCase(
      name: "one of several headers",
      entry: "{type: signature, headers: [X-One, X-Two], secrets: [{literal: s3cret}]}",
      headers: ["X-Two": "5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d"],
      body: #"{"a":1}"#,
      verified: "signature:X-One, X-Two"),
    KindCase(
      name: "a query parameter, over the query without it",
      entry: "{type: signature, query_parameter: sig, message: [{query_without: sig}, body"
        + "], secrets: [{literal: s3cret}]}",
      query: "a=1&sig=7910ee3dcf535f9601896065d27527a4d1bf0b2dc4595e22058be2485fd657bb",
      body: #"{"a":1}"#,
      verified: "signature:?sig"),
    KindCase(
      name: "a body field, over a form of its own",
      entry: "{type: signature, body_field: sig, message: [{text: fixed}], secrets: [{lite"
        + "ral: s3cret}]}",
      body: #"{"sig":"e17fcbf20018088428b0af11a195d47cf46f20d202e4d83776df727c969340f9"}"#,
      verified: "signature:sig"),
    KindCase(
      name: "a plain hash with the secret first",
      entry: "{type: signature, header: X-Sig, scheme: secret_first, algorithm: md5, secre"
        + "ts: [{literal: s3cret}]}",
      headers: ["X-Sig": "204ca2e533003092cd1dce175110a05d"],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "a plain hash with the secret last",
      entry: "{type: signature, header: X-Sig, scheme: secret_last, secrets: [{literal: s3"
        + "cret}]}",
      headers: ["X-Sig": "83df45a5a0fc26fc08e60c55467dbb68642f7f041dbc78142a16ff049daa6ae0"],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "a suffix, upper case, a prefix and a version",
      entry: "{type: signature, header: X-Sig, encoding: HEX, prefix: v2=, secret_suffix: "
        + #""&", required_headers: {X-Version: "2"}, secrets: [{literal: s3cret}]}"#,
      headers: [
        "X-Sig": "v2=964202F7DA58E3F298F99F7EFA758B8DEE5BF4D1B6BAB63732C4E396E8DFF3CB",
        "X-Version": "2",
      ],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "method, URL and path",
      entry: "{type: signature, header: X-Sig, message: [method, url, path, path_and_query"
        + ", query, url_host, body_base64], secrets: [{literal: s3cret}]}",
      headers: ["X-Sig": "8e00747c55b706bf2b97de62d573e4a87858d50721c9e4d9e014da825bce1435"],
      query: "b=c",
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "a timestamp in a header, in milliseconds",
      entry: "{type: signature, header: X-Sig, message: [timestamp, body], timestamp: {hea"
        + "der: X-Time, unit: ms}, secrets: [{literal: s3cret}]}",
      headers: [
        "X-Sig": "65e0035e0b6f5a585999965396d1ff111169172f1ad0afed450725748583b1c9",
        "X-Time": "1795456146000",
      ],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "whsec",
      entry: #"{type: signature, header: X-Sig, separator: " ", prefix: "v1,", encoding: ba"#
        + "se64, secret_form: whsec, secrets: [{literal: whsec_czNjcmV0}]}",
      headers: ["X-Sig": "v2,AA v1,WRDmIBbvUDQnLJJsJwcZkqRlwjNc7PQYUb2gcVd/T20="],
      body: #"{"a":1}"#,
      verified: "signature:X-Sig"),
    KindCase(
      name: "Ed25519, RFC 8032 test 2",
      entry: "{type: signature, header: X-Sig, scheme: ed25519, public_keys: [{literal: 3d"
        + "4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c}]}",
      headers: [
        "X-Sig": "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15"
          + "996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
      ],
      body: "r",
      verified: "signature:X-Sig"),
  ]
}
