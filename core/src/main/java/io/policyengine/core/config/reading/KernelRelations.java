package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.LimitsConfig;
import io.policyengine.core.config.RecorderConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.http.CredentialFields;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.worker.AnswerMargin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The constraints on kernel settings that their schema does not express, such as those between two settings. */
public final class KernelRelations {
    /** Maximum number of header fields whose values the flight recorder keeps. */
    private static final int MAX_RECORDED_FIELDS = 8;

    private static final int MESSAGE_OVERHEAD = 65536;

    private KernelRelations() {}

    /**
     * A violated constraint.
     * @param first JSON Pointer within {@code policy_kernel} to one of the two settings
     * @param second JSON Pointer within {@code policy_kernel} to the other setting, or to the same one if only one is
     *     concerned
     * @param message a description of the constraint
     */
    public record Broken(Problem.Severity severity, String first, String second, String message) {}

    /** Returns the constraints that the configuration violates. */
    public static List<Broken> brokenIn(KernelConfig kernel) {
        var broken = new ArrayList<Broken>();
        var server = kernel.server();
        var envoy = kernel.envoy();
        var phase = kernel.limits().phaseTimeout();
        var patience = envoy.patience();
        if (phase.compareTo(patience) >= 0) {
            var key = patience.equals(envoy.messageTimeout()) ? "message_timeout_ms" : "max_message_timeout_ms";
            broken.add(new Broken(
                    Problem.Severity.ERROR,
                    "/limits/phase_timeout_ms",
                    "/envoy/" + key,
                    "'limits.phase_timeout_ms' (" + phase.toMillis() + ") must be below 'envoy." + key + "' ("
                            + patience.toMillis() + "), otherwise Envoy gives up first"));
        }
        var min = (long) envoy.bufferLimitBytes() + MESSAGE_OVERHEAD;
        if (server.maxMessageBytes() < min) {
            broken.add(new Broken(
                    Problem.Severity.ERROR,
                    "/server/max_message_bytes",
                    "/envoy/buffer_limit_bytes",
                    "'server.max_message_bytes' (" + server.maxMessageBytes() + ") must be at least " + min
                            + ", which is 'envoy.buffer_limit_bytes' plus " + MESSAGE_OVERHEAD));
        }
        var budget = kernel.limits().writtenMaxBufferedBytes();
        if (budget != null && budget < min) {
            broken.add(new Broken(
                    Problem.Severity.WARNING,
                    "/limits/max_buffered_bytes",
                    "/envoy/buffer_limit_bytes",
                    "'limits.max_buffered_bytes' (" + budget + ") is below " + min
                            + ", which is 'envoy.buffer_limit_bytes' plus " + MESSAGE_OVERHEAD
                            + ": messages of more than "
                            + budget + " bytes are always refused"));
        }
        checkCallTimes(kernel, broken);
        checkBodyTimes(kernel.limits(), broken);
        checkExpression("allow_expression", envoy.mutationRules().allowExpression(), broken);
        checkExpression("disallow_expression", envoy.mutationRules().disallowExpression(), broken);
        checkRecorder(kernel.observability().recorder(), broken);
        var metrics = kernel.observability().metricsPort();
        if (server.socketPath() == null && metrics != 0 && metrics == server.port()) {
            broken.add(new Broken(
                    Problem.Severity.ERROR,
                    "/observability/metrics_port",
                    "/server/port",
                    "'observability.metrics_port' and 'server.port' are the same"));
        }
        return broken;
    }

    private static void checkRecorder(RecorderConfig recorder, List<Broken> broken) {
        var pointer = "/observability/recorder/fields";
        if (recorder.fields().size() > MAX_RECORDED_FIELDS) {
            broken.add(new Broken(
                    Problem.Severity.ERROR,
                    pointer,
                    pointer,
                    "'observability.recorder.fields' may name at most " + MAX_RECORDED_FIELDS + " header fields"));
        }
        for (int i = 0; i < recorder.fields().size(); i++) {
            var name = HeaderMap.lowerCase(recorder.fields().get(i));
            if (!FieldRules.isToken(name)) {
                broken.add(new Broken(
                        Problem.Severity.ERROR,
                        pointer + "/" + i,
                        pointer,
                        "'" + name + "' must be the name of a header field"));
            } else if (CredentialFields.mayHold(name)) {
                broken.add(new Broken(
                        Problem.Severity.ERROR,
                        pointer + "/" + i,
                        pointer,
                        "the header field '" + name
                                + "' carries credentials, which every reader of the management API would see"));
            }
        }
    }

    private static void checkCallTimes(KernelConfig kernel, List<Broken> broken) {
        var phase = kernel.limits().phaseTimeout();
        var min = Duration.ofNanos(AnswerMargin.MIN_CALL_NANOS);
        for (int i = 0; i < kernel.workers().size(); i++) {
            var worker = kernel.workers().get(i);
            var pointer = "/workers/" + i + "/timeout_ms";
            if (worker.timeout().compareTo(phase) > 0) {
                broken.add(new Broken(
                        Problem.Severity.WARNING,
                        pointer,
                        "/limits/phase_timeout_ms",
                        "'timeout_ms' (" + worker.timeout().toMillis() + ") of worker '" + worker.name()
                                + "' is above 'limits.phase_timeout_ms' (" + phase.toMillis()
                                + "), which ends its calls first"));
            }
            if (worker.socketPath() != null && worker.timeout().compareTo(min) < 0) {
                broken.add(new Broken(
                        Problem.Severity.WARNING,
                        pointer,
                        pointer,
                        "'timeout_ms' (" + worker.timeout().toMillis() + ") of worker '" + worker.name() + "' is below "
                                + min.toMillis()
                                + " ms: a call without an answer is denied, regardless of 'on_failure' and "
                                + "'fail_open', because a busy worker cannot be distinguished from a dead one"));
            }
        }
    }

    private static void checkBodyTimes(LimitsConfig limits, List<Broken> broken) {
        if (limits.bodyIdleTimeout().compareTo(limits.bodyTimeout()) > 0) {
            broken.add(new Broken(
                    Problem.Severity.WARNING,
                    "/limits/body_idle_timeout_ms",
                    "/limits/body_timeout_ms",
                    "'limits.body_idle_timeout_ms' (" + limits.bodyIdleTimeout().toMillis()
                            + ") is above 'limits.body_timeout_ms' ("
                            + limits.bodyTimeout().toMillis() + "), which ends the wait for a body first"));
        }
    }

    private static void checkExpression(String key, @Nullable String regex, List<Broken> broken) {
        try {
            Pattern.compile(regex == null ? "" : regex);
        } catch (PatternSyntaxException wrong) {
            var pointer = "/envoy/mutation_rules/" + key;
            broken.add(new Broken(
                    Problem.Severity.ERROR,
                    pointer,
                    pointer,
                    "'envoy.mutation_rules." + key + "' must be a regular expression in RE2 syntax: "
                            + wrong.getDescription()));
        }
    }
}
