// single.swift SPOOL TARGET: the only importer of a spool.
// Its work: each body, byte for byte, into TARGET/<id>.
import Foundation

/// The sender's exact bytes: the body is the last member of the document.
func body(of task: String) throws -> Data {
  let all = try Data(contentsOf: URL(filePath: task))
  guard let first = all.firstRange(of: Data(#""bodyEncoding":""#.utf8)),
    let second = all[first.upperBound...].firstRange(of: Data(#"","body":"#.utf8))
  else { throw CocoaError(.fileReadCorruptFile) }
  let value = all[second.upperBound...].dropLast(3)
  let encoding = String(decoding: all[first.upperBound..<second.lowerBound], as: UTF8.self)
  if encoding == "json" { return value }
  if encoding == "base64" { return try JSONDecoder().decode(Data.self, from: value) }
  return Data(try JSONDecoder().decode(String.self, from: value).utf8)
}

let (spool, target) = (CommandLine.arguments[1], CommandLine.arguments[2])
guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(spool)/new") else {
  FileHandle.standardError.write(Data("\(spool)/new can't be read\n".utf8))
  exit(1)
}
var result: Int32 = 0
for name in names.sorted() {
  let task = "\(spool)/new/\(name)"
  let type = try? FileManager.default.attributesOfItem(atPath: task)[.type] as? FileAttributeType
  guard name.hasSuffix(".json"), !name.hasPrefix("."), type == .typeRegular else { continue }
  do {
    try body(of: task).write(to: URL(filePath: "\(target)/.\(name)"))
    if rename("\(target)/.\(name)", "\(target)/\(name.dropLast(5))") == 0 { unlink(task) }
  } catch {
    print("\(task): not done, tried again next time: \(error)")
    result = 75
  }
}
exit(result)
