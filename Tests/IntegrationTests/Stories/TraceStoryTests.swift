import Foundation
import Testing

@testable import Harness

/// A trace from a sender's header to the spans of an importer, as OpenTelemetry's library for
/// Python sees it.
@Suite(.showingLogs) struct TraceStoryTests {
  private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
  private static let python = Site.repository.appending(path: ".build/python/bin/python3").path

  /// Begins a span where the attributes of a task, the environment or headers say, and prints its
  /// trace, its parent, its state and whether it is recorded.
  private static let importer = """
    import json, os, sys
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
    source, *rest = sys.argv[1:]
    if source == "task":
        with open(rest[0]) as file:
            carrier = json.load(file)
    elif source == "environment":
        names = {"TRACEPARENT", "TRACESTATE"} & set(os.environ)
        carrier = {name.lower(): os.environ[name] for name in names}
    else:
        carrier = json.loads(rest[0])
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    context = TraceContextTextMapPropagator().extract(carrier)
    with provider.get_tracer("importer").start_as_current_span("import", context=context):
        pass
    said = []
    for span in exporter.get_finished_spans():
        parent = span.parent
        said.append(f"{span.context.trace_id:032x} {parent.span_id if parent else 0:016x} "
                    f"{parent.trace_state.to_header() if parent else ''}".strip())
    print(*said or ["nothing is recorded"], sep="\\n",
          file=open(rest[0], "a") if source == "environment" else sys.stdout)
    """

  private func open(_ test: (Site, HTTPTarget) throws -> Void) throws {
    let target = try HTTPTarget()
    defer { target.stop() }
    func server(_ path: String) -> String {
      "type: http, url: \"\(target.url(path))\", allow_private: [127.0.0.0/8]"
    }
    try Site.open([
      "incoming/stock.yaml": "",
      "incoming/binary.yaml": "relay: {\(server("/binary")), forward_headers: [traceparent]}\n",
      "incoming/structured.yaml": "relay: {\(server("/structured")), mode: structured}\n",
    ]) { site in
      try site.folder.write(Self.importer, to: "importer.py")
      let program = [Self.python, site.folder("importer.py").path, "environment"]
      let exec = "type: exec, command: [\(program.joined(separator: ", ")), \(said(site, "exec"))]"
      try site.folder.write(
        """
        incoming: stock
        additional_incoming: [binary, structured]
        logging: true
        history: {for: 1d, bytes: 10MiB}
        pre_processors: []
        post_processors: [{\(exec)}, {\(server("/record"))}, {\(server("/whole")), include_body: true}]

        """, to: "etc/webhooks/shop.yaml")
      #expect(try site.command("reload").status == 0)
      try test(site, target)
    }
  }

  private func said(_ site: Site, _ name: String) -> String { site.folder("\(name).out").path }

  private func importer(_ site: Site, _ arguments: String...) throws -> String {
    let result = try Tool.run(Self.python, [site.folder("importer.py").path] + arguments)
    try #require(result.status == 0, "\(result.errors) (Tests/run installs what this needs)")
    return result.text
  }

  /// Sends a delivery, and lets everything work on it that there is.
  ///
  /// - Returns: the delivery's id, and its task's document.
  private func deliver(
    _ headers: [String], to site: Site
  ) throws -> (id: String, task: [String: Any]) {
    let reply = try site.post("/webhook/shop", Array("{}".utf8), headers: headers)
    #expect(reply.status == 200)
    let task = try site.onlyTask()
    let file = try #require(site.tasks().first)
    let fromTask = try importer(site, "task", file.path)
    let drain = try Tool.run(
      Site.levelwind,
      ["task", "drain", "stock", "--config", site.configuration, "--"]
        + [Self.python, site.folder("importer.py").path, "environment", said(site, "drain")])
    #expect(drain.status == 0, "\(drain.errors)")
    #expect(try site.command("postprocess", "--once").status == 0)
    let relay = try Tool.run(
      "\(Site.levelwind)-relay", ["run", "--once", "--config", site.configuration])
    #expect(relay.status == 0, "\(relay.errors)")
    for name in ["drain", "exec"] {
      #expect(site.folder.text("\(name).out") == fromTask, "\(name)")
      try site.folder.write("", to: "\(name).out")
    }
    return (reply.json["id"] as? String ?? "", task)
  }

  private func carrier(_ request: HTTPTarget.Request) throws -> String {
    String(decoding: try JSONEncoder().encode(request.headers), as: UTF8.self)
  }

  @Test func `an importer's spans join the trace that the sender began`() throws {
    try open { site, target in
      let state = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
      let expected = "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 \(state)\n"
      let (id, task) = try deliver(
        [
          "traceparent: \(Self.parent)", "Tracestate: rojo=00f067aa0ba902b7",
          "tracestate: congo=t61rcWkgMzE",
        ], to: site)
      #expect(task["traceparent"] as? String == Self.parent)
      #expect(task["tracestate"] as? String == state)
      for path in ["/binary", "/structured", "/record", "/whole"] {
        let request = try #require(target.requests(path).first, "\(path)")
        #expect(try importer(site, "headers", try carrier(request)) == expected, "\(path)")
      }
      let binary = try #require(target.requests("/binary").first)
      #expect(binary.headers["ce-traceparent"] == Self.parent)
      #expect(binary.headers["ce-tracestate"] == state)
      let whole = try #require(target.requests("/structured").first?.record)
      #expect(whole["traceparent"] as? String == Self.parent)
      #expect(target.requests("/record").first?.record["tracestate"] as? String == state)

      let line = try #require(try site.logged(1).first { $0["delivery"] as? String == id })
      #expect(line["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
      let shown = try site.command("delivery", "show", id).text
      #expect(
        shown.contains("\ntrace: 4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7\n"),
        "\(shown)")
    }
  }

  @Test func `a delivery that comes without a trace begins one, by which it is found`() throws {
    try open { site, target in
      let (first, task) = try deliver(["traceparent: 00-nonsense", "tracestate: a=1"], to: site)
      let parent = try #require(task["traceparent"] as? String)
      #expect(parent.contains(#/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/#) && task["tracestate"] == nil)
      let trace = String(parent.dropFirst(3).prefix(32))
      for path in ["/binary", "/structured", "/record", "/whole"] {
        let request = try #require(target.requests(path).first, "\(path)")
        #expect(try importer(site, "headers", try carrier(request)).hasPrefix("\(trace) "))
        #expect(request.headers["tracestate"] == nil)
      }
      let (second, _) = try deliver(["traceparent: \(Self.parent)"], to: site)
      func found(_ trace: String) throws -> [String] {
        try site.command("delivery", "list", "--trace", trace, "--json").text
          .split(separator: "\n").compactMap { line in
            let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(entry?["trace_id"] as? String == trace)
            return entry?["id"] as? String
          }
      }
      try until("it is found by its trace") { try found(trace) == [first] }
      try until("so is the other") { try found("4bf92f3577b34da6a3ce929d0e0e4736") == [second] }
      #expect(try found("4bf92f3577b34da6a3ce929d0e0e4737") == [])
      let wrong = try site.command("delivery", "list", "--trace", trace.uppercased() + "A")
      #expect(wrong.status == 64 && wrong.errors.contains("32 hexadecimal digits"))

      // Brought back, it stays in its trace.
      let again = try site.command("delivery", "again", first, "--to", "stock", "--yes")
      #expect(again.status == 0, "\(again.text)\(again.errors)")
      #expect(try site.onlyTask()["traceparent"] as? String == parent)
    }
  }
}
