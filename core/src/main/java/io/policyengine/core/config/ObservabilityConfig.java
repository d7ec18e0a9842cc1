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

/** The kernel's metrics, health, logs and management API. */
public record ObservabilityConfig(
        @Doc("Port of metrics and health. 0: any free port.") @Restart @Default("9090") @Range(min = 0, max = 65535)
        int metricsPort,

        @Doc("Address on which `metrics_port` is opened.") @Restart @Default("\"127.0.0.1\"") @NonEmpty
        String adminAddress,

        @Doc("A token of the management API with the role `write`. Use a reference such as `${file:PATH}`. A caller"
                + " sends the token as `Authorization: Bearer TOKEN`.")
        @Restart
        @Secret
        @Nullable
        @NonEmpty
        String adminToken,

        @Doc("Tokens of the management API, each in its own file. If a token is configured, every request needs one,"
                + " except on `admin_socket_path`. If no token is configured, changes are accepted only on"
                + " `admin_socket_path`, and read requests only from loopback addresses.")
        @Restart
        @Default("[]")
        List<AdminToken> adminTokens,

        @Doc("Path of a Unix domain socket on which the management API is served in addition; at most 107 bytes. Every"
                + " user who may open the socket (mode 0600) has all rights, without a token.")
        @Restart
        @Nullable
        @NonEmpty
        String adminSocketPath,

        @Doc("The least severe level that is logged.") @Default("\"info\"")
        LogLevel logLevel,

        @Doc("Time in milliseconds for which an event loop of the kernel's process may make no progress. After this"
                + " time, `/health/live` fails. 0: `/health/live` never fails for this reason. For policies of embedded"
                + " workers, `worker_core.server.stuck_loop_timeout_ms` applies instead.")
        @JsonProperty("stuck_loop_timeout_ms")
        @Restart
        @Default("5000")
        @Range(min = 0)
        Duration stuckLoopTimeout,

        @Doc("The choice of metric series.") @Default("{}") Metrics metrics,

        @Doc("OpenTelemetry traces.") @Default("{}") TracingConfig tracing,

        @Doc("The flight recorder. It keeps records of recent exchanges for `policy-engine explain` and `GET"
                + " /exchanges`.")
        @Default("{}")
        RecorderConfig recorder,

        @Doc("The access log, with a line for each exchange or for some exchanges.") @Default("{}")
        AccessLogConfig accessLog) {
    public ObservabilityConfig {
        adminTokens = List.copyOf(adminTokens);
    }

    /** A token of the management API. */
    public record AdminToken(
            @Doc("Name of the token in the audit log.") @Pattern("^[A-Za-z0-9._-]{1,63}$")
            String name,

            @Doc("Rights of the token. `read`: read requests. `operate`: also overrides, rollbacks and reloads."
                    + " `write`: also changes of routes.")
            AdminRole role,

            @Doc("File with the token, relative to the conf directory. The file contains `sha256:` and the token's"
                    + " digest in hexadecimal. It may also contain the token itself, with a warning. The file is read"
                    + " again when it changes. While the file cannot be read, the token is invalid.")
            @NonEmpty
            String file) {}

    /** The rights in the management API; each role includes the previous ones. */
    public enum AdminRole {
        /** Read access. */
        READ,
        /** Overrides, rollbacks and reloads, in addition to read access. */
        OPERATE,
        /** Changes of routes, in addition to the rights of {@link #OPERATE}. */
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
        /** All lines. */
        TRACE,
        /** Lines that report successes, in addition to those of {@link #INFO}. */
        DEBUG,
        /** Lines about starts, stops and reloads. */
        INFO,
        /** Lines that may require an operator's action. */
        WARN,
        /** Lines that require an operator's action. */
        ERROR
    }

    /** The choice of metric series. */
    public record Metrics(
            @Doc("Value of the label `route`. `full`: the name of the route policy or open route. `group`: the `group`"
                    + " of the route policy, or `ungrouped` if it has no group. `none`: the value is `all` for every"
                    + " route.")
            @Default("\"full\"")
            RouteLabel routeLabel,

            @Doc("Maximum number of values of the label `route`. The routes that are used first have their own values,"
                    + " until a change removes these routes. All other routes count under `other`. Each value has about"
                    + " 40 to 100 series once its routes are used, and adds 5 kB to a scrape response. Up to three"
                    + " responses may be in the heap at once.")
            @Default("1000")
            @Range(min = 1, max = 100_000)
            int maxRouteLabels,

            @Doc("True if `/metrics` of the kernel also has the metrics of workers in separate processes, with the"
                    + " labels `worker` and `replica`. Do not scrape these workers as well, since their series"
                    + " would then count twice.")
            @Default("false")
            boolean workers) {}

    /** The values of the label {@code route}. */
    public enum RouteLabel {
        FULL,
        GROUP,
        /** The value is {@code all} for every route, so all routes share the same series. */
        NONE
    }
}
