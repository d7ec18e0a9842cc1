package io.policyengine.app.conformance;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.testkit.bypass.Deployment;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code conformance --bypass}, which describe the deployment under test. */
public final class BypassOptions {
    @Option(
            names = "--bypass",
            description = "Try to bypass the policies of an Envoy, which listens at --target and whose upstream is "
                    + "this command, at --listen.")
    private boolean bypass;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "With --bypass: address of Envoy's upstream, which this command starts.")
    private @Nullable String listen;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description = "With --bypass: a path that cannot be reached without a credential, such as /api/v1/users.")
    private @Nullable String path;

    @Option(
            names = "--open",
            paramLabel = "PATH",
            description = "With --bypass: a path without policies, such as /public.")
    private @Nullable String open;

    @Option(
            names = "--credential",
            paramLabel = "FIELD",
            defaultValue = "${env:POLICY_ENGINE_CREDENTIAL}",
            description =
                    "With --bypass: a request field with a valid credential, such as 'X-API-Key: …'; the variable POLICY_ENGINE_CREDENTIAL hides it from other processes.")
    private @Nullable String credential;

    @Option(
            names = "--identity",
            split = ",",
            paramLabel = "NAME",
            description = "With --bypass: fields that identify the client to the upstream (default: X-User-ID).")
    private @Nullable List<String> identity;

    @Option(
            names = "--optional",
            paramLabel = "PATH",
            description = "With --bypass: a path that needs no credential, but whose policies set the identity if a "
                    + "credential is sent (default: none).")
    private @Nullable String optional;

    @Option(
            names = "--limited",
            paramLabel = "PATH",
            description = "With --bypass: a path on which a body of 64 bytes of --media is refused (default: none).")
    private @Nullable String limited;

    @Option(
            names = "--media",
            paramLabel = "TYPE",
            description = "With --limited: the media type (default: application/json).")
    private @Nullable String media;

    @Option(
            names = "--authority",
            paramLabel = "NAME",
            description = "With --bypass: the host name of requests (default: that of --target).")
    private @Nullable String authority;

    /**
     * Returns whether {@code --bypass} is given. Throws CommandFailure if it is missing but another option requires it.
     */
    public boolean areUsed() {
        boolean any = Stream.of(listen, path, open, optional, limited, media, authority)
                .anyMatch(Objects::nonNull);
        if (!bypass && (any || identity != null)) {
            throw CommandFailure.usage(
                    "--listen, --path, --open, --identity, --optional, --limited, --media and --authority need --bypass");
        }
        return bypass;
    }

    HostPort listen() {
        return address("--listen", required("--listen", listen));
    }

    Deployment deployment(String target) {
        HostPort envoy = address("--target", target);
        String field = required("--credential", credential);
        if (field.indexOf(':') < 1) {
            throw CommandFailure.usage("--credential is a field, such as 'X-API-Key: …'");
        }
        return new Deployment(
                envoy.host(),
                envoy.port(),
                authority == null ? envoy.host() : authority,
                new Deployment.Paths(
                        path("--path", required("--path", path)),
                        path("--open", required("--open", open)),
                        optional == null ? null : path("--optional", optional),
                        limited == null ? null : path("--limited", limited)),
                media == null ? "application/json" : media,
                field,
                identity == null ? List.of("X-User-ID") : identity);
    }

    private static String required(String option, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw CommandFailure.usage("--bypass needs " + option);
        }
        return value;
    }

    private static String path(String option, String value) {
        if (!value.matches("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")) {
            throw CommandFailure.usage(option + ": '" + value + "' is not a plain path, such as /api/v1/users");
        }
        return value;
    }

    private static HostPort address(String option, String value) {
        try {
            return HostPort.parse(value);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(option + ": " + e.getMessage());
        }
    }
}
