// swift-tools-version: 6.2
import PackageDescription

// One target per area, one line each. Dependencies run one way: see docs/architecture.md.

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

func area(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, resources: resources,
        swiftSettings: swiftSettings)
}

func library(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "continuo",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "continuo", targets: ["CLI"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        library("CCurl", apt: "libcurl4-openssl-dev"),
        library("CEBUR128", apt: "libebur128-dev"),
        library("CFluidSynth", apt: "libfluidsynth-dev"),
        library("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        library("CLinux", apt: "libcrypt-dev"),
        library("CQRCode", apt: "libqrencode-dev"),
        library("CSndFile", apt: "libsndfile1-dev"),
        library("CSoxr", apt: "libsoxr-dev"),
        library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),

        area("Core", [logging]),
        area("Music", ["Core"]),

        area("Ableton", ["Music", "Core", "CZlib"]),
        area("Composer", ["Music", "Core"]),
        area("Audio", ["Core", "CEBUR128", "CSndFile", "CSoxr"]),
        area("Synthesis", ["Audio", "Music", "Core", "CFluidSynth"]),
        area("Database", ["Core", "CLibPQ", "CLinux", logging, lifecycle, crypto]),
        area(
            "HTTP",
            [
                "Core", "CZlib", hummingbird, httpClient, jwt, crypto, nio, .product(name: "NIOHTTP1", package: "swift-nio"), httpTypes,
                logging,
                metrics,
            ]),

        area("Jobs", ["Database", "Core", logging, lifecycle]),
        area("Engines", ["Composer", "Synthesis", "Audio", "Music", "Core", logging]),
        area("Auth", ["Database", "HTTP", "Core", "CCurl", "CLinux", "CQRCode", hummingbird, httpTypes, jwt, crypto, logging]),
        area("DataAPI", ["Database", "HTTP", "Core", hummingbird, httpTypes, nio, jwt, crypto, logging, lifecycle]),
        area(
            "Storage",
            [
                "Database", "HTTP", "Core", hummingbird, httpClient, httpTypes, jwt, nio, .product(name: "NIOHTTP1", package: "swift-nio"),
                logging,
            ]),

        area(
            "Studio",
            [
                "Auth", "Storage", "Jobs", "Engines", "Database", "HTTP", "Ableton", "Audio", "Composer", "Synthesis", "Music", "Core",
                hummingbird, httpTypes,
                jwt, crypto, nio, lifecycle, logging,
            ]),
        area("Site", ["HTTP", "Core", hummingbird]),

        area(
            "App",
            [
                "Studio", "Site", "Auth", "Storage", "DataAPI", "Jobs", "Engines", "Database", "HTTP", "Core", hummingbird, httpTypes, nio,
                .product(name: "NIOPosix", package: "swift-nio"), logging, lifecycle, metrics, crypto,
            ]),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Ableton", "App", "Auth", "Studio", "Jobs", "Engines", "Composer", "Database", "Audio", "Music", "Core", arguments, logging,
                lifecycle,
            ],
            swiftSettings: swiftSettings),

        .target(
            name: "TestSupport",
            dependencies: [
                "App", "HTTP", "Database", "Core", "CLinux", httpClient, nio, .product(name: "NIOHTTP1", package: "swift-nio"), logging,
            ],
            path: "Tests/Support", swiftSettings: swiftSettings),
        tests("Ableton", ["Music", "Core"]),
        tests("App", ["Audio", "Core"]),
        tests("Audio", ["Core"]),
        tests("Auth", ["Database", "HTTP", "Core", crypto]),
        tests("Composer", ["Engines", "Music", "Core"]),
        tests("Core", []),
        tests(
            "DataAPI", ["Database", "HTTP", "Core", crypto, httpClient, nio, .product(name: "NIOHTTP1", package: "swift-nio")],
            resources: [.copy("Cases"), .copy("Fixture")]),
        tests("Database", ["Core", "CLibPQ", logging]),
        tests("HTTP", ["Core", nio]),
        tests("Jobs", ["Database", "Core"]),
        tests("Music", ["Core"]),
        tests("Storage", ["Database", "Core"]),
        tests("Studio", ["Audio", "Engines", "Jobs", "Music", "Storage", "Database", "Core"]),
        tests("Synthesis", ["Composer", "Engines", "Audio", "Music", "Core"]),
    ],
    swiftLanguageModes: [.v6]
)
