import ArgumentParser
import Fetching

/// The options of commands that connect to the network.
struct FetchingOptions: ParsableArguments {
  @Option(
    name: .customLong("ca-file"),
    help: ArgumentHelp(
      "Trust the certificates in this PEM file, instead of the system's.", valueName: "file"))
  var trust: String?
  @Option(
    help: ArgumentHelp(
      "Connect to this address and port for every host, such as a gateway that forwards TLS.",
      discussion: "The address may be private. Without this option, connections go to public "
        + "addresses alone.",
      valueName: "address:port"),
    transform: { text in
      guard let gateway = Gateway(text) else {
        throw ValidationError("expected an address and a port such as 192.0.2.7:8443")
      }
      return gateway
    })
  var via: Gateway?

  var fetcher: Fetcher { Fetcher(trust: trust, gateway: via) }
}
