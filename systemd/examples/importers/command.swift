// command.swift TARGET, run over each task by:
//     levelwind task drain stock-updates --stdin body -- ./command TARGET
// Its work: the body, byte for byte, into TARGET/<id>.
import Foundation

let (target, id) = (CommandLine.arguments[1], ProcessInfo.processInfo.environment["LEVELWIND_ID"]!)
let body = FileHandle.standardInput.readDataToEndOfFile()
if body.isEmpty {
  print("an empty body")
  exit(65)  // never
}
do {
  try body.write(to: URL(filePath: "\(target)/.\(id)"))
  guard rename("\(target)/.\(id)", "\(target)/\(id)") == 0 else { exit(75) }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(75)  // not now
}
