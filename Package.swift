// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "levelwind",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CFastCGI", pkgConfig: "fcgi", providers: [.apt(["libfcgi-dev"])]),
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .target(name: "FastCGI", dependencies: ["CFastCGI", "CLinux"], swiftSettings: strict),
    .target(name: "JSONBytes", swiftSettings: strict),
    .target(name: "Spooling", dependencies: ["CLinux", "JSONBytes"], swiftSettings: strict),
    .target(
      name: "Verification", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "Webhooks",
      dependencies: [
        "JSONBytes", "Spooling", "Verification",
        .product(name: "Logging", package: "swift-log"), "Yams",
      ], swiftSettings: strict),
    .executableTarget(
      name: "levelwind",
      dependencies: [
        "CSystemd", "FastCGI", "Spooling", "Verification", "Webhooks",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: strict),
    .testTarget(name: "JSONBytesTests", dependencies: ["JSONBytes"], swiftSettings: strict),
    .testTarget(
      name: "SpoolingTests", dependencies: ["Spooling", "JSONBytes"], swiftSettings: strict),
    .testTarget(
      name: "FastCGITests", dependencies: ["FastCGI", "CFastCGI", "CLinux"], swiftSettings: strict),
    .testTarget(
      name: "VerificationTests",
      dependencies: ["Verification", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .testTarget(
      name: "WebhooksTests", dependencies: ["Webhooks", "Spooling", "Verification", "JSONBytes"],
      swiftSettings: strict),
    .testTarget(name: "IntegrationTests", dependencies: ["levelwind"], swiftSettings: strict),
  ]
)
