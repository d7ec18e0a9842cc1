package io.policyengine.kernel.blackbox.chains;

import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.testkit.envoy.SimRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random chains of {@link DeclaringPolicies}, and random requests for them. */
final class RandomChains {
    private static final String IGNORED = "[unreachable, authentication_fails_open, call_could_be_saved,"
            + " uses_identity_too_early, needs_identity, reroute_skips_chain, unused_ignore]";

    private static final List<String> CONDITIONS = List.of(
            "'x-beta' in request.headers",
            "!('x-beta' in request.headers)",
            "request.method == 'GET'",
            "request.method != 'GET'",
            "request.method in ['GET', 'POST'] && !('x-beta' in request.headers)",
            "identity.id == ''",
            "identity.id != ''",
            "request.headers[?'x-tenant'].orValue('') == 'a'",
            "'x-tenant' in request.headers && request.headers['x-tenant'] == 'a'",
            "'x-tenant' in request.headers ? request.headers['x-tenant'] != 'a' : true");

    private final Random random;
    private final List<String> ofRequests;
    private final List<String> ofResponses;

    RandomChains(Random random, Map<String, DeclaringPolicies.Declared> policies) {
        this.random = random;
        this.ofRequests = policies.keySet().stream()
                .filter(name -> !name.startsWith(DeclaringPolicies.MASK))
                .sorted()
                .toList();
        this.ofResponses = policies.keySet().stream()
                .filter(name -> name.startsWith(DeclaringPolicies.MASK))
                .sorted()
                .toList();
    }

    /** A route policy, as YAML. */
    String route(String name) {
        return "  - route_name: " + name + "\n    lint_ignore: " + IGNORED + "\n    request_flow: { policy_chain: "
                + chain(ofRequests, 6, CONDITIONS)
                + " }\n    response_flow: { policy_chain: "
                + chain(ofResponses, 2, List.of("response.status == 200", "identity.id != ''")) + " }\n";
    }

    private String chain(List<String> from, int most, List<String> conditions) {
        List<String> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, random);
        List<String> entries = new ArrayList<>();
        for (String policy : shuffled.subList(0, random.nextInt(most + 1))) {
            StringBuilder entry = new StringBuilder("{ policy: ").append(policy);
            if (random.nextInt(3) == 0) {
                entry.append(", when: \"")
                        .append(conditions.get(random.nextInt(conditions.size())))
                        .append('"');
            }
            String mode = oneOf("", "", "", "", "", "", "shadow", "'off'");
            String onFailure = oneOf("", "", "deny", "continue", "continue", "skip_remaining");
            String onOverload = oneOf("", "", "", "", "continue", "skip_remaining");
            entry.append(mode.isEmpty() ? "" : ", mode: " + mode)
                    .append(onFailure.isEmpty() ? "" : ", on_failure: " + onFailure)
                    .append(onOverload.isEmpty() ? "" : ", on_overload: " + onOverload);
            entries.add(entry.append(" }").toString());
        }
        return "[ " + String.join(", ", entries) + " ]";
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }

    @Nullable
    WorkerException failure() {
        return WhoGetsInTest.failure(random.nextInt(8));
    }

    /** A request with credentials for some of the chain's entries, and with faults of some of their policies. */
    SimRequest request(LintRoute route) {
        SimRequest request = SimRequest.get("/").withMethod(oneOf("GET", "GET", "DELETE"));
        request = random.nextBoolean() ? request.withHeader("x-beta", "1") : request;
        String tenant = oneOf("", "a", "b");
        request = tenant.isEmpty() ? request : request.withHeader("x-tenant", tenant);
        List<String> names = Stream.concat(route.request().stream(), route.response().stream())
                .map(LintEntry::config)
                .map(entry -> entry.name())
                .toList();
        request = request.withHeader(DeclaringPolicies.CREDENTIALS, some(names, 2));
        for (String fault : DeclaringPolicies.FAULTS) {
            request = random.nextInt(3) == 0 ? request.withHeader(fault, some(names, 3)) : request;
        }
        return request;
    }

    private String some(List<String> names, int oneOf) {
        return String.join(
                ",", names.stream().filter(_ -> random.nextInt(oneOf) == 0).toList());
    }
}
