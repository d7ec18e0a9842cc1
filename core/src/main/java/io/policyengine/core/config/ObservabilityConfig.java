package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Restart;
import io.policyengine.core.params.Secret;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Metrics, health, logs and the management API of the kernel. */
public record ObservabilityConfig(
        @Doc("Port of metrics and health; 0 for any free one.") @Restart @Default("9090") @Range(min = 0, max = 65535)
        int metricsPort,

        @Doc("Address of that port.") @Restart @Default("\"127.0.0.1\"") @NonEmpty
        String adminAddress,

        @Doc("A token of the management API with the role `write`, sent as `Authorization: Bearer TOKEN`; a "
                + "reference such as `${file:PATH}`. If it is set, reading needs a token too.")
        @Restart
        @Secret
        @Nullable
        @NonEmpty
        String adminToken,

        @Doc("Tokens of the management API, each in its own file. Without any, changes are possible only on "
                + "`admin_socket_path`, and reading only from loopback addresses.")
        @Restart
        @Default("[]")
        List<AdminToken> adminTokens,

        @Doc("Unix domain socket on which the management API is also served, with all rights and without a token, "
                + "to every user who may open it (mode 0600); at most 107 bytes.")
        @Restart
        @Nullable
        @NonEmpty
        String adminSocketPath,

        @Doc("The least severe level that is logged.") @Default("\"info\"")
        LogLevel logLevel,

        @Doc("Time in milliseconds after which an event loop of the kernel's process that is stuck turns "
                + "`/health/live` red; 0 for never. Policies of embedded workers are watched separately, by "
                + "`worker_core.server.stuck_loop_timeout_ms`.")
        @JsonProperty("stuck_loop_timeout_ms")
        @Restart
        @Default("5000")
        @Range(min = 0)
        Duration stuckLoopTimeout,

        @Doc("Series of the metrics.") @Default("{}") Metrics metrics,

        @Doc("OpenTelemetry traces.") @Default("{}") TracingConfig tracing,

        @Doc("The flight recorder: what became of exchanges, for `policy-engine explain` and `GET /exchanges`.")
        @Default("{}")
        RecorderConfig recorder,

        @Doc("The access log: a line for each exchange, or for some.") @Default("{}")
        AccessLogConfig accessLog) {
    public ObservabilityConfig {
        adminTokens = List.copyOf(adminTokens);
    }

    /** A token of the management API. */
    public record AdminToken(
            @Doc("Name of the token in the audit log.") @Pattern("^[A-Za-z0-9._-]{1,63}$")
            String name,

            @Doc("Rights of the token: `read`; `operate`, which includes overrides, rollbacks and reloads; `write`, "
                    + "which also includes routes.")
            AdminRole role,

            @Doc("A file, relative to the conf directory, with `sha256:` and the token's digest in hexadecimal or, "
                    + "with a warning, the token itself. It is read again when it changes; while it cannot be read, the "
                    + "token is not valid.")
            @NonEmpty
            String file) {}

    /** The rights in the management API; each role includes the previous ones. */
    public enum AdminRole {
        /** Read access. */
        READ,
        /** Overrides, rollbacks, reloads. */
        OPERATE,
        /** Routes. */
        WRITE;

        /** Returns whether this role has all rights of the other. */
        public boolean includes(AdminRole other) {
            return compareTo(other) >= 0;
        }
    }

    /** Omits the tokens. */
    @Override
    public String toString() {
        return "ObservabilityConfig[" + adminAddress + ":" + metricsPort + "]";
    }

    /** The severity of a log line. */
    public enum LogLevel {
        /** Everything. */
        TRACE,
        /** Success lines too. */
        DEBUG,
        /** Starts, stops, reloads. */
        INFO,
        /** Lines that may need a person. */
        WARN,
        /** Lines that need a person. */
        ERROR
    }

    /** Series of the metrics. */
    public record Metrics(
            @Doc("Value of the label `route`: `full`, the name of the route policy or open route; `group`, the `group` "
                    + "of the route policy, and `ungrouped` where it has none; `none`, `all` for every route.")
            @Default("\"full\"")
            RouteLabel routeLabel,

            @Doc("Maximum number of values of the label `route`, each of which has some forty to a hundred series once "
                    + "its routes are used: 5 kB of an answer to a scraper, of which the heap may hold three. What is "
                    + "used first has a value of its own until a change takes its routes away; all others count under "
                    + "`other`.")
            @Default("1000")
            @Range(min = 1, max = 100_000)
            int maxRouteLabels) {}

    /** The values of the label {@code route}. */
    public enum RouteLabel {
        FULL,
        GROUP,
        /** No label: the same series for all routes. */
        NONE
    }
}
