// many.swift SPOOL TARGET: any number may run at once.
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
for name in names.sorted() {
  let (task, claimed) = ("\(spool)/new/\(name)", "\(spool)/cur/\(name)")
  let type = try? FileManager.default.attributesOfItem(atPath: task)[.type] as? FileAttributeType
  guard name.hasSuffix(".json"), !name.hasPrefix("."), type == .typeRegular,
    rename(task, claimed) == 0  // else another was faster, or it is not a task
  else { continue }
  do {
    try body(of: claimed).write(to: URL(filePath: "\(target)/.\(name)"))
    if rename("\(target)/.\(name)", "\(target)/\(name.dropLast(5))") == 0 { unlink(claimed) }
  } catch {
    let reason = URL(filePath: "\(spool)/failed/\(name).reason")
    try Data("\(error)\n".utf8).write(to: reason)
    rename(claimed, "\(spool)/failed/\(name)")
  }
}
