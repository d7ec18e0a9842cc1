package io.policyengine.app.who.trial;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A policy that replaces the policy of an entry in a trial. It behaves as the entry declares, under the circumstances
 * of the current {@link TrialCase}. It adds a header field, its stamp, to each message to which it applied.
 *
 * @param name the name of the policy, which is unique to the entry
 * @param facts the facts of the entry; null if unknown
 */
record StandIn(String name, @Nullable EntryFacts facts, Supplier<TrialCase> present) implements Policy {
    /** Prefix of the header field (the stamp) that shows which entry has run. */
    static final String STAMP = "x-trial-ran-";

    /** The header field with the name of the entry that provided the identity. */
    static final String IDENTITY = "x-trial-identity";

    /** The header field of a response from memory, with the stamps of the request. */
    static final String HIT = "x-trial-hit";

    @Override
    public Future<RequestOutcome> onRequest(RequestContext request) {
        TrialCase now = present.get();
        PolicyException fault = fault(now);
        if (fault != null) {
            return Future.failedFuture(fault);
        }
        if (now.answering().contains(name)) {
            return RequestOutcome.respond(new ImmediateResponse(
                    200, HeaderMap.of(HIT, stamps(request.request())), Buffer.buffer(), "from memory"));
        }
        if (now.lenient().contains(name)) {
            return RequestOutcome.unchanged();
        }
        if (now.skipping().contains(name)) {
            List<RequestInstruction> instructions = new ArrayList<>(List.of(stamp()));
            drop(instructions, now);
            return Future.succeededFuture(new RequestOutcome.SkipRemaining(instructions, null));
        }
        return has(Fact.ALWAYS_ANSWERS) ? denied() : passed(request, now);
    }

    private Future<RequestOutcome> passed(RequestContext request, TrialCase now) {
        List<RequestInstruction> instructions = new ArrayList<>(List.of(stamp()));
        if (has(Fact.PROVIDES_IDENTITY)) {
            if (now.withoutCredentials().contains(name)) {
                return has(Fact.DENIES_ANONYMOUS) ? denied() : RequestOutcome.unchanged();
            }
            instructions.add(new SetMetadata(Identity.ID, JsonNodeFactory.instance.stringNode(WitnessRequest.CLIENT)));
            instructions.add(new SetHeader(IDENTITY, name));
        } else if (has(Fact.REQUIRES_IDENTITY) && Identity.id(request.metadata()) == null) {
            return denied();
        }
        drop(instructions, now);
        if (facts != null) {
            facts.headers().stream()
                    .filter(use -> use.action() == HeaderUse.Action.REMOVES && isRemovable(use.name()))
                    .forEach(use -> instructions.add(new RemoveHeader(use.name())));
        }
        return RequestOutcome.proceed(instructions);
    }

    private void drop(List<RequestInstruction> instructions, TrialCase now) {
        if (now.dropping().contains(name)) {
            instructions.add(new SetMetadata(Identity.ID, JsonNodeFactory.instance.nullNode()));
            instructions.add(new RemoveHeader(IDENTITY));
        }
    }

    private static boolean isRemovable(String header) {
        return FieldRules.isToken(header)
                && !header.equals(HeaderUse.ALL)
                && !header.equals("host")
                && !FieldRules.isFraming(header);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext response) {
        TrialCase now = present.get();
        PolicyException fault = fault(now);
        if (fault != null) {
            return Future.failedFuture(fault);
        }
        if (now.skipping().contains(name)) {
            return Future.succeededFuture(new ResponseOutcome.SkipRemaining(List.of(stamp()), null));
        }
        return now.lenient().contains(name) ? ResponseOutcome.unchanged() : ResponseOutcome.proceed(List.of(stamp()));
    }

    private boolean has(Fact fact) {
        return facts != null && facts.has(fact);
    }

    private SetHeader stamp() {
        return new SetHeader(STAMP + name, "1");
    }

    private @Nullable PolicyException fault(TrialCase now) {
        if (now.away().contains(name)) {
            return new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "a dependency is unavailable");
        }
        return now.overloaded().contains(name) ? new PolicyException(ErrorCode.OVERLOADED, "overloaded") : null;
    }

    private static Future<RequestOutcome> denied() {
        return RequestOutcome.respond(new ImmediateResponse(401, HeaderMap.empty(), Buffer.buffer(), "denied"));
    }

    /**
     * Returns the names of the fields with stamps, and {@link #IDENTITY} if the request has one, separated by commas;
     * {@code none} if there are neither.
     */
    private static String stamps(RequestView request) {
        Set<String> stamps = new TreeSet<>();
        request.headers().forEach((header, _) -> {
            if (header.startsWith(STAMP) || header.equals(IDENTITY)) {
                stamps.add(header);
            }
        });
        return stamps.isEmpty() ? "none" : String.join(",", stamps);
    }
}
