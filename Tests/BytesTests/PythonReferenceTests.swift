import Testing

@testable import Bytes
@testable import Harness

/// Python's `json` on the same documents: an independent reading of the standard.
@Suite struct PythonReferenceTests {
  /// A program that reads `v <document>` and `c <document> <path>…`, all in hexadecimal. It locates
  /// values itself, with the string and number readers of `json`. The last of repeated names wins.
  private static let reference = #"""
    import json, re, sys
    from json.decoder import scanstring

    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    white = re.compile(r'[ \t\n\r]*')

    def refuse(word):
        raise ValueError(word)

    def valid(data):
        try:
            json.loads(data.decode('utf-8'), parse_int=str, parse_float=str, parse_constant=refuse)
            return '1'
        except ValueError:
            return '0'

    def text(string):
        return re.sub('[\ud800-\udfff]', '\ufffd', string)

    def spans(t, at):
        at = white.match(t, at).end()
        start, children = at, {}
        if t[at] in '{[':
            closer, index = {'{': '}', '[': ']'}[t[at]], 0
            at = white.match(t, at + 1).end()
            while t[at] != closer:
                if closer == '}':
                    name, at = scanstring(t, at + 1)
                    step = text(name)
                    at = white.match(t, at).end() + 1
                else:
                    step, index = index, index + 1
                children[step] = spans(t, at)
                at = white.match(t, children[step][1]).end()
                if t[at] == ',':
                    at = white.match(t, at + 1).end()
            return start, at + 1, children
        return start, decoder.raw_decode(t, at)[1], children

    def cut(t, tree, path):
        for step in path:
            if step not in tree[2]:
                return '-'
            tree = tree[2][step]
        item = t[tree[0]:tree[1]]
        answer = item.encode('utf-8').hex()
        if item[0] == '"':
            answer += '=' + text(json.loads(item)).encode('utf-8').hex()
        return answer

    for line in sys.stdin:
        what, document, *paths = line.split()
        data = bytes.fromhex(document[1:])
        if what == 'v':
            print(valid(data))
        else:
            t = data.decode('utf-8')
            tree = spans(t, 0)
            steps = lambda p: [int(s[1:]) if s[0] == 'i' else bytes.fromhex(s[1:]).decode('utf-8')
                               for s in p.split('.')[1:]]
            print(' '.join(cut(t, tree, steps(path)) for path in paths))
    """#

  private func ask(_ questions: [String]) throws -> [Substring] {
    let input = Array(questions.joined(separator: "\n").utf8) + [0x0A]
    let output = try Tool.run("python3", ["-c", Self.reference], input: input).output
    return String(decoding: output, as: UTF8.self).split(separator: "\n")
  }

  @Test func `the same documents are JSON`() throws {
    var generator = DocumentGenerator(seed: 8259)
    var documents = (JSONCase.accepted + JSONCase.rejected).map(\.bytes)
    for _ in 0..<4000 {
      let document = generator.document()
      documents.append(document)
      for _ in 0..<4 { documents.append(generator.damaged(document)) }
    }
    let answers = try ask(documents.map { "v x" + hex($0) })
    try #require(answers.count == documents.count)
    var valid = 0
    for (document, answer) in zip(documents, answers) {
      let isValid = JSONText.isValid(document)
      valid += isValid ? 1 : 0
      if isValid != (answer == "1") {
        Issue.record("\(isValid) here: \(String(decoding: document, as: UTF8.self))")
      }
    }
    #expect(valid > 5000 && valid < documents.count - 5000)
  }

  @Test func `the same items stand at the same paths`() throws {
    var generator = DocumentGenerator(seed: 6901)
    let cases = (0..<3000).map { _ in
      (document: generator.document(), paths: (0..<12).map { _ in generator.path() })
    }
    let answers = try ask(
      cases.map { item in
        (["c", "x" + hex(item.document)] + item.paths.map(written)).joined(separator: " ")
      })
    try #require(answers.count == cases.count)
    var found = 0
    for (item, answer) in zip(cases, answers) {
      let ranges = JSONText.ranges(of: item.paths, in: item.document)
      found += ranges.count { $0 != nil }
      let items = ranges.map { cut($0, from: item.document) }.joined(separator: " ")
      if items != answer {
        Issue.record("\(String(decoding: item.document, as: UTF8.self)): \(items), not \(answer)")
      }
    }
    #expect(found > 5000)
  }

  private func written(_ path: [JSONText.Step]) -> String {
    path.reduce("p") { text, step in
      switch step {
      case .index(let index): "\(text).i\(index)"
      case .key(let key): "\(text).k\(hex(key))"
      }
    }
  }

  private func cut(_ range: Range<Int>?, from document: [UInt8]) -> String {
    guard let range else { return "-" }
    let text = JSONText.text(at: range, in: document)
    return hex(Array(document[range])) + (text.map { "=" + hex($0) } ?? "")
  }
}
