import Foundation
import Testing

@testable import Harness
@testable import Spooling

/// The design's recipes for the exact bytes, run with the programs that importers use.
@Suite struct TaskDocumentRecipeTests {
  private static let recipes: [BodyEncoding: String] = [
    .json: "n=$(jq .data.bodyBytes f) && tail -c $((n+3)) f | head -c $n",
    .text: "jq -j .data.body f",
    .base64: "jq -r .data.body f | base64 -d",
  ]

  @Test(arguments: TaskDocumentBody.all.map(\.name))
  func `the recipe gives the exact bytes back`(_ name: String) throws {
    let row = try #require(TaskDocumentBody.all.first { $0.name == name })
    let document = TaskDocumentExample.document(row.bytes, contentType: row.contentType)
    let recipe = try #require(Self.recipes[document.body.encoding])
    #expect(try Self.output(of: recipe, on: [document]) == row.bytes)
  }

  /// Each command fails if it can't read a document.
  @Test(arguments: [
    "jq -e .data.body_ * >/dev/null || test $? = 1",
    #"php -r 'foreach (glob("*") as $f) json_decode(file_get_contents($f), true, 64, JSON_THROW_ON_ERROR);'"#,
  ])
  func `other parsers read every document`(_ command: String) throws {
    let documents = TaskDocumentBody.all.map {
      TaskDocumentExample.document($0.bytes, contentType: $0.contentType)
    }
    #expect(try Self.output(of: command, on: documents) == [])
  }

  @Test func `Python reads every document, and finds body, size and hash in agreement`() throws {
    let documents = TaskDocumentBody.all.map {
      TaskDocumentExample.document($0.bytes, contentType: $0.contentType)
    }
    let program = #"""
      import base64, hashlib, json, os
      names = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'webhook',
               'incoming', 'delivery', 'taskindex', 'taskcount', 'data']
      inner = ['method', 'path', 'query', 'remote', 'verified', 'headers', 'contentType', 'bodyBytes',
               'bodySha256', 'bodyEncoding', 'body']
      for name in sorted(os.listdir('.')):
          raw = open(name, 'rb').read()
          task = json.loads(raw.decode('utf-8'))
          data = task['data']
          assert list(task) == names and list(data) == inner and raw.endswith(b'}}\n')
          body = {'json': lambda: raw[-3 - data['bodyBytes']:-3],
                  'text': lambda: data['body'].encode('utf-8'),
                  'base64': lambda: base64.b64decode(data['body'], validate=True)}[data['bodyEncoding']]()
          assert len(body) == data['bodyBytes']
          assert hashlib.sha256(body).hexdigest() == data['bodySha256']
          print(len(body))
      """#
    let output = try Self.output(of: "python3 -c \"$PROGRAM\"", on: documents, program: program)
    let counts = String(decoding: output, as: UTF8.self).split(separator: "\n").map { Int($0) }
    #expect(counts == TaskDocumentBody.all.map(\.bytes.count))
  }

  /// Returns the output of a shell command in a folder with the documents: `f`, or `000`, `001`, …
  /// for several.
  private static func output(
    of command: String, on documents: [TaskDocument], program: String = ""
  ) throws -> [UInt8] {
    let folder = try Folder(named: "recipe")
    defer { folder.remove() }
    for (index, document) in documents.enumerated() {
      try folder.write(
        document.file, to: documents.count == 1 ? "f" : String("00\(index)".suffix(3)))
    }
    let result = try Tool.run(
      "env", ["-C", folder.path, "PROGRAM=\(program)", "sh", "-c", command])
    try #require(result.status == 0, "\(result.errors)")
    return result.output
  }
}
