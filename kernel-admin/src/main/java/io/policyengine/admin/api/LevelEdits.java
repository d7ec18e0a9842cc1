package io.policyengine.admin.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.admin.view.LoggingView;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations on log levels. A component that logs can get a temporary level, for at most a day. When the temporary
 * level expires, the component inherits its level again. All temporary levels end when the kernel stops. Confined to
 * the kernel's event loop.
 */
final class LevelEdits {
    /** The id of the operation that sets a level. The audit log shows its request body. */
    static final String PUT = "putLogLevel";

    private static final Logger LOG = LoggerFactory.getLogger(LevelEdits.class);
    private static final Duration UNLESS_SAID = Duration.ofMinutes(15);

    /** Maximum time for which the API can set a log level. */
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Maximum characters of the reason for a log level. */
    private static final int MAX_REASON = 300;

    private static final ParamsBinder<Wanted> BINDER = ParamsBinder.of(Wanted.class);

    private final Vertx vertx;
    private final ComponentLevels levels;
    private final InstantSource clock;
    private final Map<String, Given> given = new HashMap<>();

    private record Given(LogLevel level, Instant until, String reason, long timer) {}

    /** The request body of the operation {@code putLogLevel}. */
    record Wanted(
            @Doc("The least severe level that is logged.") LogLevel level,

            @Doc("The end of the level, such as `2027-01-31T08:00:00Z`; at most a day from now.") @Nullable
            Instant until,

            @Doc("The duration in milliseconds, instead of `until`. Without either, the level lasts 15 minutes.")
            @JsonProperty("for_ms")
            @Range(min = 1, max = 86_400_000)
            @Nullable
            Duration forTime,

            @Doc("The reason, for operators: one line of at most 300 characters.")
            @Pattern("^[^\\p{Cc}]{1," + MAX_REASON + "}$")
            String reason) {}

    LevelEdits(Vertx vertx, ComponentLevels levels, InstantSource clock) {
        this.vertx = vertx;
        this.levels = levels;
        this.clock = clock;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                        "/logging",
                        "listLogLevels",
                        "The components that log, with their levels.",
                        LoggingView.All.class,
                        _ -> Future.succeededFuture(ApiAnswer.of(new LoggingView.All(
                                levels.components().stream().map(this::view).toList())))),
                new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.PUT,
                                "/logging/{component}",
                                PUT,
                                "Sets the log level of a component for a limited time. No file is "
                                        + "written; the level ends at its time, or with the kernel."),
                        body(),
                        LoggingView.class,
                        List.of(ApiProblem.Code.INVALID_BODY, ApiProblem.Code.NOT_FOUND, ApiProblem.Code.INVALID_TIME),
                        AdminRole.OPERATE,
                        this::put),
                new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.DELETE,
                                "/logging/{component}",
                                "deleteLogLevel",
                                "Removes a level that was set by `PUT`."),
                        null,
                        LoggingView.class,
                        List.of(ApiProblem.Code.NOT_FOUND),
                        AdminRole.OPERATE,
                        this::delete));
    }

    /**
     * Returns the schema of a request body. It permits at most one of {@code until} and {@code for_ms}, which state the
     * end of the level.
     */
    private static JsonNode body() {
        ObjectNode schema = BINDER.schema().deepCopy();
        schema.remove("$schema");
        ((ObjectNode) schema.at("/properties/reason")).put("minLength", 1).put("maxLength", MAX_REASON);
        ((ObjectNode) schema.at("/properties/reason")).put("pattern", PlainText.PATTERN);
        PointInTime.describeInstant((ObjectNode) schema.at("/properties/until"));
        ObjectNode both = schema.putObject("not");
        both.putObject("properties").putObject("until").put("type", "string");
        both.withObject("properties").putObject("for_ms").put("type", "integer");
        both.putArray("required").add("until").add("for_ms");
        return schema;
    }

    void close() {
        List.copyOf(given.keySet()).forEach(this::end);
    }

    private LoggingView view(String component) {
        Given own = given.get(component);
        return new LoggingView(
                component,
                levels.level(component),
                own == null ? null : own.until().toString(),
                own == null ? null : own.reason());
    }

    private String component(ApiRequest request) {
        String name = request.parameter("component");
        List<String> known = levels.components();
        if (!known.contains(name)) {
            throw new ApiProblem(
                    ApiProblem.Code.NOT_FOUND,
                    known.isEmpty()
                            ? "this process configures logging itself: change levels in its logging configuration"
                            : "there is no component of that name; GET /logging lists them all");
        }
        return name;
    }

    private Future<ApiAnswer> put(ApiRequest request) {
        String component = component(request);
        Wanted wanted = switch (BINDER.bind(request.plainJson())) {
            case BoundParams.Ok<Wanted>(Wanted value) -> value;
            case BoundParams.Invalid<Wanted>(List<ParamProblem> problems) ->
                throw invalid(problems.stream().map(ParamProblem::withKey).collect(Collectors.joining("; ")));
        };
        Instant until = until(wanted);
        Given before = given.get(component);
        if (before != null) {
            vertx.cancelTimer(before.timer());
        }
        levels.set(component, wanted.level());
        given.put(component, new Given(wanted.level(), until, wanted.reason(), timer(component, until)));
        LOG.atWarn()
                .addKeyValue(LogFields.REASON, wanted.reason())
                .addKeyValue(LogFields.UNTIL, until)
                .log(
                        "the log level of {} is temporarily {}",
                        component,
                        wanted.level().name().toLowerCase(Locale.ROOT));
        return Future.succeededFuture(ApiAnswer.of(view(component)));
    }

    private Instant until(Wanted wanted) {
        Instant now = clock.instant();
        if (wanted.until() == null) {
            return now.plus(wanted.forTime() == null ? UNLESS_SAID : wanted.forTime());
        }
        if (wanted.forTime() != null) {
            throw invalid("only one of 'until' and 'for_ms' may be given");
        }
        if (!wanted.until().isAfter(now) || wanted.until().isAfter(now.plus(LONGEST))) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_TIME, "'until' must be after now, " + now + ", and at most a day from now");
        }
        return wanted.until();
    }

    private static ApiProblem invalid(String problem) {
        return new ApiProblem(ApiProblem.Code.INVALID_BODY, problem);
    }

    private long timer(String component, Instant until) {
        return vertx.setTimer(Duration.between(clock.instant(), until).toMillis() + 1, _ -> end(component));
    }

    private Future<ApiAnswer> delete(ApiRequest request) {
        String component = component(request);
        if (!given.containsKey(component)) {
            throw new ApiProblem(
                    ApiProblem.Code.NOT_FOUND,
                    "component '" + component + "' has no level of its own; GET /logging lists them all");
        }
        end(component);
        return Future.succeededFuture(ApiAnswer.of(view(component)));
    }

    private void end(String component) {
        Given ended = given.remove(component);
        if (ended != null) {
            vertx.cancelTimer(ended.timer());
            levels.set(component, null);
            LOG.atInfo().log(
                    "the temporary log level of {} has ended; its parent's level or log_level applies", component);
        }
    }
}
