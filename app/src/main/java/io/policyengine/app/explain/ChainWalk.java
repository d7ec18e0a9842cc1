package io.policyengine.app.explain;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Predicts the decisions on a recorded exchange in another configuration, entry by entry, request before response. An
 * unchanged entry with unchanged input decides as recorded. After an entry whose effect is unknown, the input of all
 * later entries is unknown.
 */
final class ChainWalk {
    private static final String UNKNOWN = "unknown";

    private final JsonNode exchange;
    private final Overrides overrides;
    private final MatchedRoute has;
    private final MatchedRoute had;
    private final boolean knowsBefore;
    private final RecordedRequest message;
    private final Map<String, String> workers = new HashMap<>();

    /** The reason why the input of later entries is unknown; null if it is known. */
    private @Nullable String blurred;

    /** The reason why the outcome of the exchange is unknown; null if it is known. */
    private @Nullable String unknown;

    private @Nullable String denier;

    /** The values of {@link #unknown} and {@link #denier} after the request chain. */
    private @Nullable String requestUnknown;

    private @Nullable String requestDenier;
    private boolean recordedFailure;

    /** Creates a walk; {@code knowsBefore} means that the configuration of the exchange is available. */
    ChainWalk(JsonNode exchange, Overrides overrides, MatchedRoute has, MatchedRoute had, boolean knowsBefore) {
        this.exchange = exchange;
        this.overrides = overrides;
        this.has = has;
        this.had = had;
        this.knowsBefore = knowsBefore;
        this.message = new RecordedRequest(exchange);
        for (JsonNode call : exchange.path("calls")) {
            for (JsonNode entry : call.path("entries")) {
                workers.put(text(entry, "policy"), text(call, "worker"));
            }
        }
    }

    /** Predicts the entries of a phase. The request phase must come first. */
    List<Prediction.Step> steps(Phase phase) {
        List<EntryConfig> before = entries(had.route(), phase);
        List<EntryConfig> after = entries(has.route(), phase);
        Map<String, JsonNode> recorded = recorded(phase);
        List<Prediction.Step> steps = new ArrayList<>();
        for (EntryConfig entry : before) {
            if (named(after, entry.name()) == null) {
                steps.add(removed(entry, recorded.get(entry.name())));
            }
        }
        for (EntryConfig entry : after) {
            steps.add(step(entry, named(before, entry.name()), recorded.get(entry.name()), phase));
        }
        if (phase == Phase.REQUEST) {
            requestUnknown = unknown;
            requestDenier = denier;
        }
        return List.copyOf(steps);
    }

    private static List<EntryConfig> entries(@Nullable RouteConfig route, Phase phase) {
        if (route == null) {
            return List.of();
        }
        FlowConfig flow = switch (phase) {
            case REQUEST -> route.requestFlow();
            case RESPONSE -> route.responseFlow();
        };
        return flow.chain();
    }

    private static @Nullable EntryConfig named(List<EntryConfig> chain, String name) {
        return chain.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private Map<String, JsonNode> recorded(Phase phase) {
        String part = switch (phase) {
            case REQUEST -> "request";
            case RESPONSE -> "response";
        };
        Map<String, JsonNode> byName = new HashMap<>();
        for (JsonNode call : exchange.path("calls")) {
            if (text(call, "part").equals(part)) {
                call.path("entries").forEach(entry -> byName.put(text(entry, "name"), entry));
            }
        }
        return byName;
    }

    private Prediction.Step removed(EntryConfig entry, @Nullable JsonNode recorded) {
        String verdict = verdict(recorded);
        String because = "it is no longer in the chain";
        switch (verdict) {
            case "changed", "skip_remaining" ->
                blur("'" + entry.name() + "' is gone, which affected the input of later entries");
            case "denied", "failed" ->
                blur("'" + entry.name()
                        + "' is gone, which ended the recorded exchange: what comes after it is not recorded");
            default -> {}
        }
        return new Prediction.Step(entry.name(), entry.policy(), "removed", orNull(verdict), "gone", because);
    }

    private Prediction.Step step(
            EntryConfig entry, @Nullable EntryConfig before, @Nullable JsonNode recorded, Phase phase) {
        String difference = before == null ? "added" : same(entry, before) ? "same" : "changed";
        String verdict = verdict(recorded);
        Judged judged = judge(entry, difference, recorded, verdict, phase);
        note(entry, judged, verdict, recorded);
        return new Prediction.Step(
                entry.name(), entry.policy(), difference, orNull(verdict), judged.verdict(), judged.because());
    }

    private record Judged(String verdict, String because) {}

    private Judged judge(
            EntryConfig entry, String difference, @Nullable JsonNode recorded, String verdict, Phase phase) {
        if (denier != null) {
            return new Judged("not_reached", "'" + denier + "' ends the chain before");
        }
        EntryMode mode = overrides
                .inForce(entry, String.valueOf(has.name()), workers.get(entry.policy()))
                .mode();
        if (mode == EntryMode.OFF) {
            return new Judged("off", "it is switched off");
        }
        Optional<Boolean> applies = condition(entry, phase);
        if (applies.isPresent() && !applies.get()) {
            return new Judged("skipped", "its condition is false for the recorded request");
        }
        if (mode == EntryMode.SHADOW) {
            return new Judged("shadow", "it is in shadow mode");
        }
        if (!knowsBefore) {
            return new Judged(UNKNOWN, "the exchange's configuration is not available");
        }
        if (difference.equals("added")) {
            return new Judged(UNKNOWN, "it is new, and policies are not run" + unlessApplies(entry, applies));
        }
        if (difference.equals("changed")) {
            return new Judged(
                    UNKNOWN, "its configuration differs, and policies are not run" + unlessApplies(entry, applies));
        }
        if (blurred != null) {
            return new Judged(UNKNOWN, blurred);
        }
        if (recorded == null || verdict.equals("not_reached")) {
            return new Judged(UNKNOWN, "the recorded exchange did not reach it");
        }
        return new Judged(verdict, "it is unchanged and would get the same input");
    }

    private static String unlessApplies(EntryConfig entry, Optional<Boolean> applies) {
        return entry.when() != null && applies.isEmpty() ? "; and its condition uses values that are not recorded" : "";
    }

    /** Evaluates the entry's condition. Returns empty if it has none, or the record does not determine the result. */
    private Optional<Boolean> condition(EntryConfig entry, Phase phase) {
        String when = entry.when();
        if (when == null || blurred != null) {
            return Optional.empty();
        }
        return Expression.condition(when, phase) instanceof Compiled.Ok<Boolean>(var condition)
                ? condition.evaluateKnown(message.known(phase))
                : Optional.empty();
    }

    /** Records the effect of an entry on the outcome and on the input of later entries. */
    private void note(EntryConfig entry, Judged judged, String recordedVerdict, @Nullable JsonNode recorded) {
        switch (judged.verdict()) {
            case UNKNOWN -> {
                unknown = unknown == null ? "'" + entry.name() + "': " + judged.because() : unknown;
                blur("the effect of '" + entry.name() + "' is not known");
            }
            case "denied" -> denier = entry.name();
            case "failed" -> {
                recordedFailure = true;
                if (recorded != null && text(recorded, "on_failure").equals("deny")) {
                    denier = entry.name();
                }
            }
            case "changed" -> {
                if (recorded != null) {
                    message.take(recorded);
                }
            }
            case "off", "shadow", "skipped" -> {
                if (recordedVerdict.equals("changed") || recordedVerdict.equals("skip_remaining")) {
                    blur("'" + entry.name() + "' would not make the changes that it made");
                } else if (recordedVerdict.equals("denied") || recordedVerdict.equals("failed")) {
                    blur("'" + entry.name()
                            + "' would not end the exchange as it did: what comes after it is not recorded");
                }
            }
            default -> {}
        }
    }

    private void blur(String why) {
        if (blurred == null) {
            blurred = why;
        }
    }

    @Nullable
    String unknown() {
        return unknown;
    }

    /**
     * Returns whether the request chain is certain to end differently than recorded, regardless of the response chain.
     */
    boolean requestEndsOtherwise() {
        String by = text(exchange.path("end"), "decided_by");
        boolean endedByRequest = recorded(Phase.REQUEST).containsKey(by);
        String before = endedByRequest ? by : "";
        return requestUnknown == null && !before.equals(requestDenier == null ? "" : requestDenier);
    }

    /** Returns the name of the entry that would respond to the client; null if no entry would. */
    @Nullable
    String denier() {
        return denier;
    }

    /** Returns whether an entry that failed in the record would fail again. */
    boolean hasRecordedFailure() {
        return recordedFailure;
    }

    /**
     * Returns whether the exchange would be decided as recorded: by the same entry, or by the upstream in both cases.
     */
    boolean endsAsRecorded() {
        String by = text(exchange.path("end"), "decided_by");
        return by.equals(denier == null ? "" : denier);
    }

    private static boolean same(EntryConfig entry, EntryConfig before) {
        return entry.saysTheSameAs(before);
    }

    private static String verdict(@Nullable JsonNode recorded) {
        return recorded == null ? "" : text(recorded, "verdict");
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String text(JsonNode of, String name) {
        return of.path(name).asString("");
    }
}
