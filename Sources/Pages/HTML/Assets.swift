import Bytes

/// The files that pages refer to. The name of each changes with its content, so that browsers may
/// keep them for ever.
struct Assets: Sendable {
  let name: String
  let type: String
  let bytes: [UInt8]

  static let style = Assets("style", "css", "text/css; charset=utf-8", Style.text)
  static let script = Assets("pages", "js", "text/javascript; charset=utf-8", Script.text)
  static let all = [style, script]

  var link: Link { Link([name]) }

  private init(_ stem: String, _ ending: String, _ type: String, _ text: String) {
    bytes = Array(text.utf8)
    // FNV-1a: the name has to change with the content, and proves nothing.
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    name = "\(stem)-\(String(hash, radix: 16)).\(ending)"
    self.type = type
  }
}

/// The script of all pages. Every page works without it.
enum Script {
  static let text = """
    "use strict";
    for (const time of document.querySelectorAll("time")) time.title = time.dateTime;
    for (const button of document.querySelectorAll("button[data-copies]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      const words = button.firstChild;
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(button.dataset.copies);
          words.textContent = "Copied ";
        } catch {
          words.textContent = "Not copied ";
        }
        setTimeout(() => { words.textContent = "Copy "; }, 2000);
      });
    }

    """
}
