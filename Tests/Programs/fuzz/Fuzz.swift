import Foundation

/// The readers of a sender's bytes, each with the conditions that hold for any bytes.
enum Fuzz: String, CaseIterable {
  case json, document, readers, delivery, log, coding, pages

  /// The target that `LEVELWIND_FUZZ` names.
  static let chosen: Fuzz = {
    let name = ProcessInfo.processInfo.environment["LEVELWIND_FUZZ"] ?? ""
    guard let chosen = Fuzz(rawValue: name) else {
      print("LEVELWIND_FUZZ has to be one of \(allCases.map(\.rawValue).joined(separator: ", "))")
      exit(64)
    }
    return chosen
  }()

  func run(_ input: [UInt8]) {
    switch self {
    case .json: JSONTarget.run(input)
    case .document: DocumentTarget.run(input)
    case .readers: ReadersTarget.run(input)
    case .delivery: DeliveryTarget.run(input)
    case .log: LogTarget.run(input)
    case .coding: CodingTarget.run(input)
    case .pages: PagesTarget.run(input)
    }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Fuzz.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Ends the run with a finding if a condition does not hold.
func hold(_ condition: Bool, _ what: @autoclosure () -> String) {
  // libFuzzer takes the end of the process for a finding.
  guard condition else { fatalError(what()) }
}
