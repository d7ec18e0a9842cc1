package io.policyengine.kernel.blackbox.chains;

import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.testkit.envoy.SimRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random chains of {@link DeclaringPolicies}, and random requests for them. */
final class RandomChains {
    private static final String IGNORED = "[unreachable, authentication_fails_open, call_could_be_saved,"
            + " uses_identity_too_early, needs_identity, reroute_skips_chain, skipped_on_hit, unused_ignore]";

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

    private static final List<String> CONDITIONS_OF_RESPONSES = List.of("response.status == 200", "identity.id != ''");

    private final Random random;
    private final List<String> ofRequests;
    private final List<String> ofResponses;

    RandomChains(Random random, Set<String> policies) {
        this.random = random;
        this.ofRequests = policies.stream()
                .filter(name -> !name.startsWith(DeclaringPolicies.MASK))
                .sorted()
                .toList();
        this.ofResponses = policies.stream()
                .filter(name -> name.startsWith(DeclaringPolicies.MASK))
                .sorted()
                .toList();
    }

    /** A route policy, as YAML. */
    String route(String name) {
        return route(
                name, chain(chosen(ofRequests, 6), CONDITIONS), chain(chosen(ofResponses, 2), CONDITIONS_OF_RESPONSES));
    }

    /**
     * A route policy with this policy: among others, or between two that authenticate, of which one runs for each
     * request.
     */
    String routeWith(String policy, String name) {
        if (random.nextBoolean() && !policy.startsWith(DeclaringPolicies.MASK)) {
            return route(
                    name,
                    "[ { policy: authA, when: \"%s\" }, { policy: %s }, { policy: keysA, when: \"%s\" } ]"
                            .formatted(CONDITIONS.get(0), policy, CONDITIONS.get(1)),
                    "[]");
        }
        List<String> requests = chosen(ofRequests, 4);
        List<String> responses = chosen(ofResponses, 2);
        List<String> flow = policy.startsWith(DeclaringPolicies.MASK) ? responses : requests;
        flow.add(random.nextInt(flow.size() + 1), policy);
        return route(name, chain(requests, CONDITIONS.subList(0, 2)), chain(responses, CONDITIONS_OF_RESPONSES));
    }

    private static String route(String name, String requests, String responses) {
        return "  - route_name: " + name + "\n    lint_ignore: " + IGNORED + "\n    request_flow: { policy_chain: "
                + requests + " }\n    response_flow: { policy_chain: " + responses + " }\n";
    }

    private List<String> chosen(List<String> policies, int most) {
        List<String> shuffled = new ArrayList<>(policies);
        Collections.shuffle(shuffled, random);
        return new ArrayList<>(shuffled.subList(0, random.nextInt(most + 1)));
    }

    private String chain(List<String> policies, List<String> conditions) {
        List<String> entries = new ArrayList<>();
        for (String policy : policies) {
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

    /** A failure of the calls of a worker, as if it were away or overloaded; mostly null. */
    private @Nullable WorkerException failure() {
        return switch (random.nextInt(8)) {
            case 0 -> new WorkerException(WorkerException.Kind.TIMEOUT, "too slow");
            case 1 -> new WorkerException(WorkerException.Kind.OVERLOADED, "too much");
            default -> null;
        };
    }

    /** A request for the route, and failures of the workers. */
    ChainRuns.Sent sent(LintRoute route) {
        return new ChainRuns.Sent(request(route), failure(), failure());
    }

    /** Returns a request with credentials for some of the chain's entries, and with faults of some of their policies. */
    private SimRequest request(LintRoute route) {
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
