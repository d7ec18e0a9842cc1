package io.policyengine.app.who.trial;

import com.google.protobuf.ByteString;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Random requests, and random circumstances that the policies of a route declare to be possible. */
final class RandomCases {
    private static final String UNKNOWN_CODING = "x-unknown";

    private final Random random;

    RandomCases(Random random) {
        this.random = random;
    }

    SimRequest request() {
        SimRequest request = SimRequest.get(oneOf("/", "/", "/health")).withMethod(oneOf("GET", "POST", "OPTIONS"));
        for (String header : List.of("x-internal", "x-api-key")) {
            request = random.nextBoolean() ? request.withHeader(header, "1") : request;
        }
        request = request.withBody(List.of(ByteString.copyFromUtf8("body"))).withContentLength();
        return random.nextInt(4) == 0 ? request.withHeader("content-encoding", UNKNOWN_CODING) : request;
    }

    SimResponse response() {
        SimResponse response = SimResponse.of(200, "body");
        return random.nextInt(4) == 0 ? response.withHeader("content-encoding", UNKNOWN_CODING) : response;
    }

    /** Returns circumstances for a request of the route; with {@code faults}, servers and workers may be away. */
    TrialCase circumstances(TrialRoute route, boolean faults) {
        TrialCase with = TrialCase.empty();
        for (Phase phase : Phase.values()) {
            List<LintEntry> flow = route.flow(phase);
            for (int i = 0; i < flow.size(); i++) {
                add(with, route.standIn(phase, i), flow.get(i), faults);
            }
        }
        return with;
    }

    private void add(TrialCase with, String name, LintEntry entry, boolean faults) {
        if (has(entry, Fact.PROVIDES_IDENTITY)) {
            maybe(with.withoutCredentials(), name, 2);
        }
        if (has(entry, Fact.ANSWERS_FROM_MEMORY)) {
            maybe(with.answering(), name, 3);
        }
        if (has(entry, Fact.SKIPS_REMAINING)) {
            maybe(with.skipping(), name, 3);
        }
        if (!faults) {
            return;
        }
        if (has(entry, Fact.HAS_DEPENDENCY)) {
            maybe(with.away(), name, 4);
        }
        if (entry.facts() != null
                && entry.facts().leniencies().stream()
                        .anyMatch(leniency -> leniency.occasion() != Leniency.Occasion.NO_CREDENTIALS)) {
            maybe(with.lenient(), name, 3);
        }
        maybe(with.overloaded(), name, 8);
        maybe(with.awayCalls(), name, 10);
        maybe(with.overloadedCalls(), name, 10);
    }

    private void maybe(Set<String> names, String name, int oneOf) {
        if (random.nextInt(oneOf) == 0) {
            names.add(name);
        }
    }

    private static boolean has(LintEntry entry, Fact fact) {
        return entry.facts() != null && entry.facts().has(fact);
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }
}
