package io.policyengine.kernel.plan;

import io.policyengine.core.config.EnvoyConfig;
import io.policyengine.core.error.Problem;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.IdentityFields;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.kernel.envoy.MutationRules;
import io.policyengine.kernel.worker.ownership.Declarations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The request fields that carry the client's identity to a route's upstream: all fields that any entry of the request
 * chain may set for it. Disabled, shadow and conditional entries count too. Otherwise a client could set an identity
 * itself when such an entry does not run.
 *
 * @param fields the names of the fields, sorted and in lower case
 * @param awaited a policy whose fields are unknown because its worker has not answered, or null
 */
record RouteIdentity(Set<String> fields, @Nullable String awaited) {
    /**
     * Returns the known identity fields of a route.
     *
     * @param prepared results by chain id; chains of absent workers are missing
     */
    static RouteIdentity of(Planner.DraftRoute draft, Map<Long, PreparedChain> prepared, Declarations declarations) {
        Set<String> fields = new TreeSet<>();
        String awaited = null;
        if (draft.idle().unknown()) {
            fields.addAll(IdentityFields.USUAL);
        }
        for (Planner.DraftSegment segment : draft.idle().segments()) {
            PreparedChain chain = prepared.get(segment.chain().id());
            for (int i = 0; i < segment.entries().size(); i++) {
                Set<String> told = chain == null
                        ? Set.of()
                        : facts(segment, i, chain, declarations).identityFields();
                fields.addAll(told.isEmpty() ? IdentityFields.USUAL : told);
            }
        }
        List<EntryFacts> others = new ArrayList<>();
        Set<String> credentials = new HashSet<>();
        for (Planner.DraftSegment segment : draft.request()) {
            PreparedChain chain = prepared.get(segment.chain().id());
            for (int i = 0; i < segment.entries().size(); i++) {
                String policy = segment.entries().get(i).policy();
                EntryFacts facts =
                        chain == null ? declared(policy, declarations) : facts(segment, i, chain, declarations);
                if (!facts.has(Fact.PROVIDES_IDENTITY)) {
                    others.add(facts);
                } else if (chain == null) {
                    awaited = policy;
                } else {
                    fields.addAll(facts.identityFields());
                    credentials.addAll(facts.read());
                }
            }
        }
        // Credentials must reach the policy that reads them, even if another entry later writes identity to the same
        // field.
        others.stream()
                .flatMap(facts -> facts.identityFields().stream())
                .filter(field -> !credentials.contains(field))
                .forEach(fields::add);
        return new RouteIdentity(fields, awaited);
    }

    /** Returns the facts of an entry that its worker reports or, without a report, those that its policy declares. */
    static EntryFacts facts(
            Planner.DraftSegment segment, int index, PreparedChain prepared, Declarations declarations) {
        EntryFacts told = prepared.entries().get(index).facts();
        return told.isEmpty() ? declared(segment.entries().get(index).policy(), declarations) : told;
    }

    private static EntryFacts declared(String policy, Declarations declarations) {
        Declarations.Owner owner = declarations.owner(policy);
        return owner == null
                ? EntryFacts.none()
                : EntryFacts.of(owner.policy().descriptor().facts());
    }

    /**
     * Returns whether a policy may provide the client's identity. Returns true if no worker has declared the policy.
     */
    static boolean mayProvide(String policy, Declarations declarations) {
        return declarations.owner(policy) == null
                || declared(policy, declarations).has(Fact.PROVIDES_IDENTITY);
    }

    /** Returns an error of the route for each reason why Envoy would not remove the identity fields. */
    List<Problem> problems(Planner.DraftRoute draft, EnvoyConfig envoy, MutationRules rules) {
        List<Problem> problems = new ArrayList<>();
        if (!fields.isEmpty() && envoy.trailers() == EnvoyConfig.Trailers.SKIP && !envoy.allowModeOverride()) {
            problems.add(Problem.error(
                    draft.route().location(),
                    "the identity fields " + fields
                            + " could not be removed from the trailers that clients send,"
                            + " which Envoy does not send: set request_trailer_mode and response_trailer_mode"
                            + " to SEND in its ext_proc filter and envoy.trailers: send in the engine, or"
                            + " allow_mode_override: true in both"));
        }
        long spellings = IdentityFields.countSpellings(fields);
        if (spellings > IdentityFields.MAX) {
            problems.add(Problem.error(
                    draft.route().location(),
                    "its identity fields " + fields + " can be written in " + spellings
                            + " ways with '-' and '_', and Envoy can remove at most " + IdentityFields.MAX
                            + ": use fewer fields, or names with fewer dashes"));
            return problems;
        }
        for (String name : IdentityFields.of(fields).spellings()) {
            String illegal = Instructions.check((RequestInstruction) new RemoveHeader(name));
            String dropped = illegal == null ? rules.checkRemoval(name) : illegal;
            if (dropped != null) {
                problems.add(Problem.error(
                        draft.route().location(),
                        "the identity field '" + name + "' could not be removed from what clients send: " + dropped));
            }
        }
        return problems;
    }
}
